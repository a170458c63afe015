package example

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"example.com/digilocker/specs/document"
)

// Ways say how the simulator is brought to what a provider documents, or shows, beside its
// examples, of which the cases tell it.
type Ways struct {
	// Answers are by names of our own.
	Answers map[string]Way
	// Shown are the examples that show a difference without citing it, by their ids below the
	// provider, such as open/200/opened.
	Shown map[string][]string
	// Without are the reasons why nothing brings the simulator to something: a word, such as
	// CLOSED; a status, such as HTTP 503; the id of an example; or a difference, such as AC-D1.
	Without map[string]string
}

// Way is one way to an answer that no example shows.
type Way struct {
	// By is what brings it about: "request", "prefer" or "fault".
	By string
	// Operations are those that answer so; empty: all.
	Operations []string
	// Given and Request are as in a Case.
	Given   []Step
	Request Change
	// Method is that of the request, and Beyond is what its path has behind the documented one;
	// empty: as documented.
	Method, Beyond string
	// Webhook says that the answer is none, but the webhook that what is given has sent.
	Webhook bool
	// Status is the HTTP status of the answer, 200 if it is 0. Type is its media type; empty: any.
	Status int
	Type   string
	// Headers are regular expressions for headers of the answer, by name; "" is of one that is not there.
	Headers map[string]string
	// Shows are values in the answer, by pointers, as text. Matches is a regular expression for
	// the whole of the body; empty: any.
	Shows   map[string]string
	Matches string
	// Differences are those that the answer shows.
	Differences []string
}

// derived is what brings the answer about, by what is given and sent.
func (w Way) derived() string {
	switch {
	case w.Request.Header["Prefer"] != nil || w.Request.Source != "":
		return "prefer"
	case slices.ContainsFunc(w.Given, func(s Step) bool { return s.Verb == "fault" }):
		return "fault"
	default:
		return "request"
	}
}

// ReadWays reads the ways in text, which came from file. Where there is no text, there are none.
func ReadWays(file string, text []byte) (*Ways, error) {
	if len(text) == 0 {
		return nil, nil
	}
	w := &Ways{}
	root, err := document.DecodeText(file, text, w)
	if err != nil {
		return nil, err
	}
	for name, node := range document.Members(document.Get(root, "answers")) {
		if err := w.Answers[name].check(); err != nil {
			return nil, &document.Error{File: file, Line: node.Line, Msg: fmt.Sprintf("%s: %v", name, err)}
		}
	}
	for name, node := range document.Members(document.Get(root, "without")) {
		if strings.TrimSpace(w.Without[name]) == "" {
			return nil, &document.Error{File: file, Line: node.Line, Msg: name + " has no reason"}
		}
	}
	return w, nil
}

func (w Way) check() error {
	if by := w.derived(); w.By != by {
		return fmt.Errorf("by is %q, and what is given and sent is a %s", w.By, by)
	}
	if w.Status == 0 && w.Shows == nil && w.Matches == "" && w.Headers == nil {
		return fmt.Errorf("says nothing of the answer: write status, headers, shows or matches")
	}
	for name, pattern := range w.Headers {
		if _, err := regexp.Compile(pattern); err != nil {
			return fmt.Errorf("headers: %s: %w", name, err)
		}
	}
	_, err := regexp.Compile(w.Matches)
	return err
}

// Of says whether w is of the operation.
func (w Way) Of(operation string) bool {
	return len(w.Operations) == 0 || slices.Contains(w.Operations, operation)
}

// HTTP is the status of the answer.
func (w Way) HTTP() int { return cmp.Or(w.Status, 200) }
