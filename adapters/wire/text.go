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
// object that it is in. Nil: there is none. A body that is no JSON has none.
func Garbled(body []byte) []string {
	if utf8.Valid(body) && !halved(body) {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	return look(d, body, nil)
}

// look reads one value from d, which is known to be valid JSON.
func look(d *json.Decoder, body []byte, path []string) (members []string) {
	from := d.InputOffset()
	token, err := d.Token()
	if err != nil {
		return nil
	}
	garbled := func() bool {
		raw := body[from:d.InputOffset()]
		return !utf8.Valid(raw) || halved(raw)
	}
	if _, is := token.(string); is && garbled() {
		return []string{strings.Join(path, ".")}
	}
	opening, is := token.(json.Delim)
	if !is {
		return nil
	}
	for i := 0; d.More(); i++ {
		below := strconv.Itoa(i)
		if opening == '{' {
			from = d.InputOffset()
			name, _ := d.Token()
			below, _ = name.(string)
			if garbled() {
				members = append(members, strings.Join(path, "."))
			}
		}
		members = append(members, look(d, body, append(path[:len(path):len(path)], below))...)
	}
	_, _ = d.Token() // the closing bracket
	return members
}

// halved reports whether an escape in JSON is half a surrogate pair, which stands for no
// character.
func halved(text []byte) bool {
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		i++ // what is escaped, so that \\ud800 is none
		switch first := surrogate(text, i); {
		case first == 0:
		case first >= 0xdc00, surrogate(text, i+6) < 0xdc00, text[i+5] != '\\':
			return true
		default:
			i += 10
		}
	}
	return false
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
