package sla

import (
	"fmt"
	"time"
)

// Date is a local date, counted in days since 1970-01-01. The zero Date stands
// for none.
type Date int

const secondsPerDay = 24 * 60 * 60

// NewDate is the date of a year, a month and a day; values outside their usual
// ranges are carried over.
func NewDate(year int, month time.Month, day int) Date {
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

// ParseDate reads a date written as 2006-01-02.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("date %q: want a date such as 2026-01-26", s)
	}
	return Date(t.Unix() / secondsPerDay), nil
}

// IsZero reports whether there is no date.
func (d Date) IsZero() bool { return d == 0 }

// Weekday is the day of the week. 1970-01-01 was a Thursday.
func (d Date) Weekday() time.Weekday { return ((time.Weekday(d)+time.Thursday)%7 + 7) % 7 }

// String is the date as 2006-01-02.
func (d Date) String() string { return d.utc().Format(time.DateOnly) }

// MarshalText gives the date as 2006-01-02.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads a date written as 2006-01-02.
func (d *Date) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDate(string(text))
	return err
}

// utc is midnight in UTC as the date starts there.
func (d Date) utc() time.Time { return time.Unix(int64(d)*secondsPerDay, 0).UTC() }

// dateAt is the date on a clock that is offset seconds east of UTC.
func dateAt(t time.Time, offset int) Date {
	local := t.Unix() + int64(offset)
	days := local / secondsPerDay
	if local%secondsPerDay < 0 {
		days--
	}
	return Date(days)
}
