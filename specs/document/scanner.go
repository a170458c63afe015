package document

import (
	"bytes"
	"encoding/json"
)

// Scanner gives the tokens of a valid JSON text one after the other, numbers as they
// are written.
type Scanner struct {
	*json.Decoder
	text []byte
}

// NewScanner begins at the first token of text.
func NewScanner(text []byte) *Scanner {
	s := &Scanner{json.NewDecoder(bytes.NewReader(text)), text}
	s.UseNumber()
	return s
}

// Next is the next token and the offset at which it begins; it ends at InputOffset.
func (s *Scanner) Next() (json.Token, int) {
	before := s.InputOffset()
	token, _ := s.Token() // the text is valid
	between := s.text[before:s.InputOffset()]
	return token, int(before) + len(between) - len(bytes.TrimLeft(between, " \t\r\n,:"))
}
