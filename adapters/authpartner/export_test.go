package authpartner

import (
	"context"
	"encoding/json"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/internal/suite"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/gen/authpartnerapi"
)

// Sealed is a Ref of that text, sealed as a journey is.
func Sealed(keys []Key, clientID, base string, text []byte) kyc.Ref {
	s, ok := newSealer(keys, clientID, base)
	if !ok {
		panic("keys")
	}
	newest := s.keys[0]
	return kyc.Ref(alphabet.EncodeToString(newest.aead.Seal(newest.id[:], nil, text, s.data)))
}

// Opened is the text of a Ref.
func Opened(keys []Key, clientID, server string, ref kyc.Ref) string {
	s, ok := newSealer(keys, clientID, server)
	if !ok {
		panic("keys")
	}
	j, ok := s.open(ref)
	if !ok {
		panic("ref")
	}
	return string(j.text())
}

// UnreadAsked is how often a list of n documents with something unread asks for all that is unread.
func UnreadAsked(n int) int {
	c := &counting{Call: call.New(context.Background(), provider, listIssued)}
	items := make([]authpartnerapi.IssuedDocument, n)
	for i := range items {
		items[i].MIMETypes = json.RawMessage("5")
	}
	list, err := toIssued(context.Background(), c, items)
	if err != nil {
		panic(err)
	}
	for _, d := range list {
		if len(d.Unread) != 1 {
			panic("unread")
		}
	}
	return c.asked
}

// ListedUntil is the error of a list of n documents whose context ends after it was looked at so often.
func ListedUntil(n, looks int) error {
	c := call.New(context.Background(), provider, listIssued)
	ctx := &suite.Ending{Context: context.Background(), Left: looks}
	_, err := toIssued(ctx, c, make([]authpartnerapi.IssuedDocument, n))
	return err
}

type counting struct {
	*call.Call
	asked int
}

func (c *counting) UnreadIn(list string) map[int][]string {
	c.asked++
	return c.Call.UnreadIn(list)
}
