package wire

import (
	"bytes"
	"encoding/json"
	"mime"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Text is Body as a parser has to be given it: without a byte-order mark, which JSON does
// not know, and in UTF-8. JSON is UTF-8 by RFC 8259, so that a body which can be read as
// such is taken for it whatever its label says; else a label of ISO-8859-1, Latin 1 or
// Windows-1252 is believed, which are read alike, as browsers do. Any other body is given
// as it is.
func (r Reply) Text() []byte {
	if text := r.content().text; text != nil {
		return text
	}
	body := bytes.TrimPrefix(r.Body(), []byte("\xef\xbb\xbf"))
	if utf8.Valid(body) {
		return body
	}
	_, label, err := mime.ParseMediaType(r.Header().Get("Content-Type"))
	if err != nil {
		return body
	}
	switch strings.ToLower(label["charset"]) {
	case "iso-8859-1", "iso8859-1", "latin1", "latin-1", "windows-1252", "cp1252":
		return fromWindows1252(body)
	default:
		return body
	}
}

// windows1252 has what stands in the place of the control characters from 0x80 to 0x9f.
// All other bytes mean the code point of their number, as in ISO-8859-1.
const windows1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"

func fromWindows1252(body []byte) []byte {
	high := []rune(windows1252)
	text := make([]byte, 0, len(body)+len(body)/8)
	for _, b := range body {
		c := rune(b)
		if 0x80 <= b && b <= 0x9f {
			c = high[b-0x80]
		}
		text = utf8.AppendRune(text, c)
	}
	return text
}

// Garbled returns the members of a JSON value whose text every Go parser would change
// without a word, because it is no UTF-8 or half a surrogate pair, in the order of the value;
// their paths are joined by full stops. A member whose own name is such a text is told as the
// object that it is in. Nil: there is none. A body that is no JSON has none. Of more than a
// hundred, the first hundred are told.
func Garbled(body []byte) []string {
	if utf8.Valid(body) && !halved(body) {
		return nil
	}
	return (&looker{body: body, most: mostGarbled}).look()
}

// listAt is the path of the list in a JSON value whose elements begin at that place.
func listAt(body []byte, begin int) string {
	return strings.Join((&looker{body: body, most: 1, list: int64(begin)}).look(), "")
}

// mostGarbled is how many members Garbled tells: each with a path as long as the body would be
// a multiple of it.
const mostGarbled = 100

// looker reads JSON that is known to be valid.
type looker struct {
	d       *json.Decoder
	body    []byte
	list    int64 // where the elements begin of the list that is looked for; 0: garbled texts are
	most    int   // members, after which it stops
	members []string
}

func (l *looker) look() []string {
	l.d = json.NewDecoder(bytes.NewReader(l.body))
	l.d.UseNumber()
	l.value(nil)
	return l.members
}

// value reads one value, which stands at path.
func (l *looker) value(path []string) {
	from := l.d.InputOffset()
	token, err := l.d.Token()
	if err != nil {
		return
	}
	if _, is := token.(string); is {
		l.text(from, path)
	}
	opening, is := token.(json.Delim)
	if !is {
		return
	}
	if l.list != 0 && l.list == l.d.InputOffset() {
		l.members = append(l.members, strings.Join(path, "."))
	}
	for i := 0; len(l.members) < l.most && l.d.More(); i++ {
		below := strconv.Itoa(i)
		if opening == '{' {
			from = l.d.InputOffset()
			name, _ := l.d.Token()
			below, _ = name.(string)
			l.text(from, path)
		}
		l.value(append(path, below)) // nobody keeps a path, so that the next one may be in its place
	}
	_, _ = l.d.Token() // the closing bracket
}

// text notes path if the text that was read last, and begins at from, is garbled.
func (l *looker) text(from int64, path []string) {
	raw := l.body[from:l.d.InputOffset()]
	if l.list == 0 && len(l.members) < l.most && (!utf8.Valid(raw) || halved(raw)) {
		l.members = append(l.members, strings.Join(path, "."))
	}
}

// halved reports whether an escape in JSON is half a surrogate pair, which stands for no
// character.
func halved(text []byte) bool {
	for i := 0; ; i++ {
		next := bytes.IndexByte(text[min(i, len(text)):], '\\')
		if next < 0 {
			return false
		}
		i += next + 1 // what is escaped, so that \\ud800 is none
		switch first := surrogate(text, i); {
		case first == 0:
		case first >= 0xdc00, surrogate(text, i+6) < 0xdc00, text[i+5] != '\\':
			return true
		default:
			i += 10
		}
	}
}

// surrogate is the one whose escape has its u at i; 0 if there is none.
func surrogate(text []byte, i int) uint64 {
	if i+5 > len(text) || text[i] != 'u' {
		return 0
	}
	if n, err := strconv.ParseUint(string(text[i+1:i+5]), 16, 16); err == nil && n >= 0xd800 && n <= 0xdfff {
		return n
	}
	return 0
}
