package eaadhaar

import (
	"strings"
	"unicode/utf8"
)

// lexer takes a document apart whose line ends are normalised, strictly: what it takes, every
// XML parser takes, and reads alike.
// encoding/xml is too lenient for that (https://github.com/golang/go/issues/68299). What it knows
// is XML 1.0 without document types, comments and processing instructions, and with names in
// ASCII, since the editions of XML 1.0 differ about other letters.
type lexer struct {
	src      string
	pos      int
	cdata    bool // whether the last text had a CDATA section
	sections int  // CDATA sections so far
	escaped  int  // references and characters so far that canonical XML has to escape, one by one
}

// attribute of a start tag: its value with references resolved and white space normalised, as
// section 3.3.3 of XML 1.0 wants.
type attribute struct{ prefix, local, value string }

const white = " \t\r\n"

func isWhite(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// lines is text with a line feed for each line end, as section 2.11 of XML 1.0 wants.
func lines(src string) string {
	if strings.IndexByte(src, '\r') < 0 {
		return src
	}
	var b strings.Builder
	b.Grow(len(src))
	for i := range len(src) {
		switch c := src[i]; {
		case c == '\r' && i+1 < len(src) && src[i+1] == '\n': // its line feed comes next
		case c == '\r':
			b.WriteByte('\n')
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func (l *lexer) refuse(r Reason, detail string) error {
	return &Error{Reason: r, Detail: detail, Offset: int64(l.pos)}
}

func (l *lexer) rest() string { return l.src[l.pos:] }

// skip goes over s if it is next.
func (l *lexer) skip(s string) bool {
	if !strings.HasPrefix(l.rest(), s) {
		return false
	}
	l.pos += len(s)
	return true
}

// white goes over white space and reports whether there was any.
func (l *lexer) white() bool {
	start := l.pos
	for l.pos < len(l.src) && isWhite(l.src[l.pos]) {
		l.pos++
	}
	return l.pos > start
}

// characters refuses what is not UTF-8 and what is no character of XML 1.0.
func characters(src string) error {
	for i := range len(src) {
		if c := src[i]; c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			if c == 0 {
				const why = "a byte 0, as in UTF-16: take the file as it was sent, in UTF-8"
				return &Error{Reason: ErrEncoding, Detail: why, Offset: int64(i)}
			}
			return &Error{Reason: ErrSyntax, Detail: "control character", Offset: int64(i)}
		}
	}
	if !utf8.ValidString(src) {
		return refuse(ErrEncoding, "")
	}
	for _, none := range []string{"\ufffe", "\uffff"} {
		if i := strings.Index(src, none); i >= 0 {
			return &Error{Reason: ErrSyntax, Detail: "no character", Offset: int64(i)}
		}
	}
	return nil
}

// isCharacter reports whether a reference may stand for r: the Char of XML 1.0.
func isCharacter(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' ||
		r >= ' ' && r < 0xd800 || r > 0xdfff && r < 0xfffe || r > 0xffff && r <= utf8.MaxRune
}

// declaration goes over the XML declaration, if there is one.
func (l *lexer) declaration() error {
	const opening = "<?xml"
	behind, is := strings.CutPrefix(l.rest(), opening)
	if !is || behind != "" && !isWhite(behind[0]) && behind[0] != '?' {
		return nil // none, or an instruction of another name
	}
	l.pos += len(opening)
	order := []string{"version", "encoding", "standalone"}
	for first := true; ; first = false {
		apart := l.white()
		if l.skip("?>") {
			if first {
				return l.refuse(ErrSyntax, "XML declaration without a version")
			}
			return nil
		}
		name, value, ok := l.pseudo()
		if !ok || !apart {
			return l.refuse(ErrSyntax, "XML declaration")
		}
		for len(order) > 0 && order[0] != name && !first {
			order = order[1:]
		}
		switch {
		case first && name != "version":
			return l.refuse(ErrSyntax, "XML declaration without a version")
		case len(order) == 0:
			return l.refuse(ErrSyntax, "XML declaration with a part that is unknown, or twice, or in the wrong place")
		case name == "version" && value != "1.0":
			return l.refuse(ErrSyntax, "XML version other than 1.0")
		case name == "encoding" && !strings.EqualFold(value, "UTF-8"):
			return l.refuse(ErrEncoding, "another encoding is declared")
		case name == "standalone" && value != "yes" && value != "no":
			return l.refuse(ErrSyntax, "XML declaration")
		}
		order = order[1:]
	}
}

// pseudo is a pseudo-attribute of an XML declaration.
func (l *lexer) pseudo() (name, value string, ok bool) {
	start := l.pos
	for l.pos < len(l.src) && 'a' <= l.src[l.pos] && l.src[l.pos] <= 'z' {
		l.pos++
	}
	name = l.src[start:l.pos]
	if value, ok = l.quoted(); !ok || strings.ContainsAny(value, "<&") {
		return "", "", false
	}
	return name, value, name != ""
}

// quoted is a value in quotes behind an equals sign, as it is written.
func (l *lexer) quoted() (value string, ok bool) {
	l.white()
	if !l.skip("=") {
		return "", false
	}
	l.white()
	if l.pos == len(l.src) || l.src[l.pos] != '"' && l.src[l.pos] != '\'' {
		return "", false
	}
	end := strings.IndexByte(l.src[l.pos+1:], l.src[l.pos])
	if end < 0 {
		return "", false
	}
	value = l.src[l.pos+1 : l.pos+1+end]
	l.pos += end + 2
	return value, true
}

// name is a name in ASCII with a prefix or without. Namespaces allow one colon, not at an end.
func (l *lexer) name() (prefix, local string, err error) {
	const most = 256 // bytes; canonical XML writes a name twice where <name/> has it once
	start := l.pos
	for l.pos < len(l.src) && isName(l.src[l.pos]) {
		l.pos++
	}
	name := l.src[start:l.pos]
	if l.pos < len(l.src) && l.src[l.pos] >= utf8.RuneSelf {
		return "", "", l.refuse(ErrSyntax, "name that is not ASCII")
	}
	if len(name) > most {
		return "", "", l.refuse(ErrLimit, "name")
	}
	local = name
	if before, after, found := strings.Cut(name, ":"); found {
		if !startsName(before) || strings.Contains(after, ":") {
			return "", "", l.refuse(ErrSyntax, "name")
		}
		prefix, local = before, after
	}
	if !startsName(local) {
		return "", "", l.refuse(ErrSyntax, "name")
	}
	return prefix, local, nil
}

func isName(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		c == '_' || c == ':' || c == '-' || c == '.'
}

func startsName(s string) bool {
	return s != "" && isName(s[0]) && s[0] != '-' && s[0] != '.' && (s[0] < '0' || s[0] > '9')
}

// startTag reads a start tag behind its <.
func (l *lexer) startTag() (prefix, local string, attrs []attribute, empty bool, err error) {
	if prefix, local, err = l.name(); err != nil {
		return "", "", nil, false, err
	}
	for {
		apart := l.white()
		switch {
		case l.skip(">"):
			return prefix, local, attrs, false, nil
		case l.skip("/>"):
			return prefix, local, attrs, true, nil
		case !apart:
			return "", "", nil, false, l.refuse(ErrSyntax, "start tag")
		case l.escaped > maxEscaped:
			return "", "", nil, false, l.refuse(ErrLimit, "references and characters to escape")
		case len(attrs) == maxAttributes:
			return "", "", nil, false, l.refuse(ErrLimit, "attributes of an element")
		}
		var a attribute
		if a.prefix, a.local, err = l.name(); err != nil {
			return "", "", nil, false, err
		}
		raw, ok := l.quoted()
		if !ok || strings.Contains(raw, "<") {
			return "", "", nil, false, l.refuse(ErrSyntax, "attribute")
		}
		if a.value, err = l.value(raw); err != nil {
			return "", "", nil, false, err
		}
		attrs = append(attrs, a)
	}
}

// value is an attribute's value, of which raw is written.
func (l *lexer) value(raw string) (string, error) {
	l.escaped += strings.Count(raw, `"`)
	if !strings.ContainsAny(raw, "&\t\n") {
		return strings.Clone(raw), nil // so that what is kept of it does not keep the document
	}
	var b strings.Builder
	b.Grow(len(raw))
	for i := 0; i < len(raw); {
		switch c := raw[i]; c {
		case '&':
			n, err := l.reference(&b, raw[i:])
			if err != nil {
				return "", err
			}
			i += n
		case '\n', '\t':
			b.WriteByte(' ')
			i++
		default:
			b.WriteByte(c)
			i++
		}
	}
	return b.String(), nil
}

// reference resolves the one that s begins with, and returns its length.
func (l *lexer) reference(b *strings.Builder, s string) (int, error) {
	const longest = 16
	l.escaped++
	end := strings.IndexByte(s[:min(len(s), longest)], ';')
	if end < 0 {
		return 0, l.refuse(ErrSyntax, "reference")
	}
	body := s[1:end]
	switch body {
	case "lt":
		b.WriteByte('<')
	case "gt":
		b.WriteByte('>')
	case "amp":
		b.WriteByte('&')
	case "apos":
		b.WriteByte('\'')
	case "quot":
		b.WriteByte('"')
	default:
		r, ok := numbered(body)
		if !ok || !isCharacter(r) {
			return 0, l.refuse(ErrSyntax, "reference")
		}
		b.WriteRune(r)
	}
	return end + 1, nil
}

// numbered is the character of "#65" and of "#x41".
func numbered(body string) (r rune, ok bool) {
	digits, base := strings.TrimPrefix(body, "#"), rune(10)
	if digits == body {
		return 0, false
	}
	if hex := strings.TrimPrefix(digits, "x"); hex != digits {
		digits, base = hex, 16
	}
	for i := range len(digits) {
		c := rune(digits[i])
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case base == 16 && 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case base == 16 && 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		if r = r*base + c; r > utf8.MaxRune {
			return 0, false
		}
	}
	return r, digits != ""
}

// inText are the characters at which text is not simply what is written.
var inText = [256]bool{'<': true, '&': true, '>': true}

// text reads on to the next tag, over CDATA sections too: all of it is one text.
func (l *lexer) text() (string, error) {
	start := l.pos
	l.cdata = false
	var b *strings.Builder // nil as long as the text is what is written
	copyTo := func(end int) {
		if b == nil {
			b = new(strings.Builder)
			b.Grow(end - start + max(0, strings.IndexByte(l.src[end:], '<'))) // what is left gets no longer
		}
		b.WriteString(l.src[start:end])
	}
	for {
		for l.pos < len(l.src) && !inText[l.src[l.pos]] {
			l.pos++
		}
		switch {
		case l.pos == len(l.src):
			return "", l.refuse(ErrSyntax, "the file ends before its root does: it is cut; download it again")
		case l.escaped > maxEscaped:
			return "", l.refuse(ErrLimit, "references and characters to escape")
		}
		switch l.src[l.pos] {
		case '>':
			if strings.HasSuffix(l.src[start:l.pos], "]]") {
				return "", l.refuse(ErrSyntax, "]]> in text")
			}
			l.escaped++
			l.pos++
		case '&':
			copyTo(l.pos)
			n, err := l.reference(b, l.rest())
			if err != nil {
				return "", err
			}
			l.pos += n
			start = l.pos
		case '<':
			const opening = "<![CDATA["
			if !strings.HasPrefix(l.rest(), opening) {
				if b == nil {
					return l.src[start:l.pos], nil
				}
				copyTo(l.pos)
				return b.String(), nil
			}
			if l.sections++; l.sections > maxSections {
				return "", l.refuse(ErrLimit, "CDATA sections")
			}
			l.cdata = true
			copyTo(l.pos)
			l.pos += len(opening)
			end := strings.Index(l.rest(), "]]>")
			if end < 0 {
				return "", l.refuse(ErrSyntax, "CDATA section")
			}
			section := l.src[l.pos : l.pos+end]
			l.escaped += strings.Count(section, "&") + strings.Count(section, "<") + strings.Count(section, ">")
			b.WriteString(section)
			l.pos += end + len("]]>")
			start = l.pos
		}
	}
}

// endTag reads an end tag behind its </.
func (l *lexer) endTag() (prefix, local string, err error) {
	if prefix, local, err = l.name(); err != nil {
		return "", "", err
	}
	l.white()
	if !l.skip(">") {
		return "", "", l.refuse(ErrSyntax, "end tag")
	}
	return prefix, local, nil
}
