package mailout

import (
	"bytes"
	"fmt"
	"mime"
	"path"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"envdesk/tracker"
)

// maxAttached bounds the attachments of one mail, in decoded bytes: servers
// commonly take 25 MB, of which base64 eats a quarter.
const maxAttached = 17 << 20

// maxQuoted bounds the text that is quoted in a mail, in runes; a longer one is
// attached whole. Gmail cuts HTML at about 102 KB.
const maxQuoted = 12_000

// textFile is the name of a quoted text that is attached since it is too long.
const textFile = "whole-text.txt"

// files is what becomes of the attachments of a notice.
type files struct {
	attached []tracker.Attachment
	withheld []tracker.Attachment // could do harm
	kept     []tracker.Attachment // too large, or not in hand
	cut      bool                 // the text is attached too
}

// carriesFiles: a receipt or a transcript goes back to who sent the files.
func carriesFiles(k tracker.NoticeKind) bool {
	return slices.Contains([]tracker.NoticeKind{
		tracker.KindAssignment, tracker.KindUnassigned, tracker.KindApproval, tracker.KindRelay, tracker.KindNote, tracker.KindStatus,
	}, k)
}

// sortFiles decides what goes along with the mail.
func sortFiles(n tracker.Notice) files {
	var f files
	if !carriesFiles(n.Kind) {
		return f
	}
	if tooLong(n.Data.Text) {
		f.cut = true
		whole := []byte(clean(n.Data.Text))
		f.attached = append(f.attached, tracker.Attachment{Name: textFile, Type: "text/plain; charset=utf-8", Size: int64(len(whole)), Content: whole})
	}
	total := 0
	for _, a := range n.Data.Attachments {
		a.Name = fileName(a.Name)
		switch {
		case dangerous(a):
			f.withheld = append(f.withheld, a)
		case a.Content == nil || total+len(a.Content) > maxAttached:
			f.kept = append(f.kept, a)
		default:
			total += len(a.Content)
			f.attached = append(f.attached, a)
		}
	}
	return f
}

// fileName makes a name fit for a header: one line, no path, the extension kept.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, oneLine(name, 400))
	name = strings.Trim(name, ". ")
	if name == "" {
		return "file"
	}
	ext := path.Ext(name)
	if len(ext) > 20 {
		ext = ""
	}
	return cut(strings.TrimSuffix(name, ext), 100) + ext
}

// dangerousNames are extensions of files that run, or that hold what runs, when
// they are opened. Archives are not opened, so not among them.
var dangerousNames = strings.Fields(`
 ade adp apk app appimage application appref-ms appx appxbundle asp aspx bash bat bin cgi chm class cmd com command cpl csh deb desktop dll dmg
 docm dotm ear elf exe fish gadget hta htm html img inf ins iso isp jar job js jse jsp ksh lib library-ms lnk mde mht mhtml mjs msc msh msi msix
 msixbundle msp mst one ops osd pif pkg pl potm ppam ppsm pptm ps1 ps1xml ps2 psc1 psd1 psm1 py pyc pyw pyz rb reg rgs rpm run scf scpt scr sct
 search-ms settingcontent-ms sh shb shs shtml sldm so svg svgz swf sys url vb vbe vbs vbscript vhd vhdx war website wll workflow ws wsc wsf wsh
 xbap xht xhtml xla xlam xll xlm xlsb xlsm xltm xnk zsh php phtml`)

// dangerousTypes are the same by content.
var dangerousTypes = []string{
	"application/vnd.microsoft.portable-executable", "application/x-elf", "application/x-mach-binary", "application/x-ms-installer",
	"application/x-ms-shortcut", "application/x-iso9660-image", "application/x-java-applet", "application/java-archive", "application/jar",
	"application/vnd.android.package-archive", "application/vnd.debian.binary-package", "application/x-rpm", "application/wasm",
	"application/x-shockwave-flash", "application/vnd.ms-htmlhelp", "application/onenote", "application/x-chrome-extension",
	"application/javascript", "application/ecmascript", "text/javascript", "text/html", "application/xhtml+xml", "image/svg+xml", "text/x-php",
	"text/x-python", "text/x-perl", "text/x-lua", "text/x-tcl", "text/x-ruby", "text/x-shellscript", "text/vbscript", "application/hta",
	"application/x-sh", "application/x-msdownload", "application/x-msdos-program", "application/x-bat",
}

// dangerous judges by the name, by what the sender called it, and by what the
// bytes are; the worst counts.
func dangerous(a tracker.Attachment) bool {
	ext := strings.ToLower(strings.TrimPrefix(path.Ext(a.Name), "."))
	if slices.Contains(dangerousNames, ext) || isDangerousType(a.Type) {
		return true
	}
	return len(a.Content) > 0 && dangerousContent(a.Content)
}

func isDangerousType(t string) bool {
	media, _, _ := strings.Cut(t, ";")
	return slices.Contains(dangerousTypes, strings.ToLower(strings.TrimSpace(media)))
}

// Office keeps macros under these names; a ZIP's directory shows them without
// opening it, an OLE file has them in UTF-16.
var macroNames = [][]byte{[]byte("vbaProject.bin"), []byte("_\x00V\x00B\x00A\x00_\x00P\x00R\x00O\x00J\x00E\x00C\x00T\x00")}

func dangerousContent(b []byte) bool {
	for m := mimetype.Detect(b); m != nil; m = m.Parent() {
		if isDangerousType(m.String()) {
			return true
		}
	}
	if bytes.HasPrefix(b, []byte("#!")) || bytes.HasPrefix(b, []byte("MZ")) {
		return true
	}
	for _, name := range macroNames {
		if bytes.Contains(b, name) {
			return true
		}
	}
	return false
}

// contentType is the type under which a file is passed on: the declared one
// when it is sound and not one that mail programs act upon.
func contentType(declared string) string {
	media, params, err := mime.ParseMediaType(declared)
	if err != nil || strings.HasPrefix(media, "multipart/") || strings.HasPrefix(media, "message/") || !strings.Contains(media, "/") {
		return "application/octet-stream"
	}
	for key := range params {
		if key != "charset" {
			delete(params, key)
		}
	}
	if t := mime.FormatMediaType(media, params); t != "" {
		return t
	}
	return "application/octet-stream"
}

// maxNamed is how many files are named in a mail.
const maxNamed = 20

// nameFiles lists names and sizes in one line.
func nameFiles(as []tracker.Attachment) string {
	names := make([]string, 0, maxNamed)
	for i, a := range as {
		if i == maxNamed {
			names = append(names, fmt.Sprintf("and %d more", len(as)-i))
			break
		}
		names = append(names, a.Name+" ("+size(a.Size)+")")
	}
	return strings.Join(names, ", ")
}

func size(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d\u00a0bytes", n)
	case n < 1_000_000:
		return fmt.Sprintf("%d\u00a0KB", (n+500)/1000)
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(n)/1e6), ".0") + "\u00a0MB"
}
