package surepass

import (
	"context"
	"fmt"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/gen/surepassapi"
)

// UnreadAsked is how often a list of n documents with something unread asks for all that is unread.
func UnreadAsked(n int) int {
	c := &counting{Call: call.New(context.Background(), provider, listDocuments)}
	for i := range n {
		c.Lose(fmt.Sprintf("data.documents.%d.name", i))
	}
	for _, d := range toListed(c, make([]surepassapi.ListedDocument, n)) {
		if len(d.Unread) != 1 {
			panic("unread")
		}
	}
	return c.asked
}

type counting struct {
	*call.Call
	asked int
}

func (c *counting) UnreadIn(list string) map[int][]string {
	c.asked++
	return c.Call.UnreadIn(list)
}
