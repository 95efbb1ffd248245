package mailin

import (
	"strings"
)

// table is an open table. The first one of a walker stands for rows without a
// table around them.
type table struct {
	data   bool   // it shows data, by its border: an empty cell tells something
	cells  []span // of the open row
	joined bool   // the row before became one line
}

// span is the lines of a cell: from start up to end.
type span struct{ start, end int }

func (w *htmlWalker) openTable(a attrs) {
	data := a.border != "" && a.border != "0" || strings.Contains(a.class, "MsoTableGrid")
	w.tables = append(w.tables, table{data: data})
}

func (w *htmlWalker) table() *table { return &w.tables[len(w.tables)-1] }

func (w *htmlWalker) closeTable() {
	w.closeRow()
	if len(w.tables) > 1 {
		w.tables = w.tables[:len(w.tables)-1]
	}
}

func (w *htmlWalker) row() {
	w.closeRow()
	if t := w.table(); t.joined {
		w.blank = false
		t.joined = false
	}
}

// cell starts a cell on a line of its own; closeRow joins what fits one line.
func (w *htmlWalker) cell(e *element) {
	w.block(false)
	w.flushBlank()
	e.start = int32(len(w.lines))
}

func (w *htmlWalker) closeCell(e element) {
	w.endLine()
	w.space, w.hard = false, false
	if t := w.table(); int(e.start) <= len(w.lines) {
		t.cells = append(t.cells, span{int(e.start), len(w.lines)})
	}
}

// maxJoined is how deep tables may nest for their rows to be joined: each level
// writes anew what is inside.
const maxJoined = 64

// closeRow makes one line of the row's cells when each is a line, or of a data
// table short. The cells of other rows, the columns of a layout, stay apart.
func (w *htmlWalker) closeRow() {
	w.endLine()
	t := w.table()
	cells := t.cells
	t.cells = t.cells[:0]
	texts, m, ok := w.rowTexts(cells, t.data)
	if !ok || len(w.tables) > maxJoined {
		return
	}
	row := strings.Join(texts, " | ")
	w.lines = append(w.lines[:cells[0].start], line{text: strings.TrimRight(w.quoteMark(), " ") + strings.Repeat(" ", min(w.quotes, 1)) + row, mark: m})
	t.joined = true
}

// rowTexts gives the texts of a row's cells when they may be joined: they are
// lines of one kind, the last of all that were made.
func (w *htmlWalker) rowTexts(cells []span, data bool) (texts []string, m mark, ok bool) {
	at := -1
	for i, c := range cells {
		if c.start < at || i == len(cells)-1 && c.end != len(w.lines) {
			return nil, 0, false
		}
		at = c.end
		s, cm, one := w.cellText(c, data)
		if !one || cm != m && s != "" && len(texts) > 0 {
			return nil, 0, false
		}
		if s != "" || data && len(texts) > 0 {
			texts = append(texts, s)
		}
		if s != "" {
			m = cm
		}
	}
	for len(texts) > 0 && texts[len(texts)-1] == "" {
		texts = texts[:len(texts)-1]
	}
	return texts, m, len(texts) > 1
}

// The cell of a data table becomes one line when it has no more than these.
const (
	maxCellLines = 4
	maxCellText  = 300
)

// cellText gives the text of a cell as one line, if it may be one.
func (w *htmlWalker) cellText(c span, data bool) (s string, m mark, ok bool) {
	prefix, count := w.quoteMark(), 0
	for _, l := range w.lines[c.start:c.end] {
		t := strings.TrimSpace(strings.TrimPrefix(l.text, strings.TrimRight(prefix, " ")))
		if t == "" {
			continue
		}
		count++
		if count > 1 && (!data || l.mark != m || len(s)+len(t) > maxCellText) || count > maxCellLines || l.mark == markOriginal || strings.HasPrefix(t, ">") {
			return "", 0, false
		}
		if m = l.mark; s != "" {
			s += " "
		}
		s += t
	}
	return s, m, true
}
