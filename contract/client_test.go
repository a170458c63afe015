package contract

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"testing"

	"example.com/digilocker/contract/judge/testdata/everykind"
	"example.com/digilocker/contract/ledger"
	"example.com/digilocker/contract/provider"
)

// What becomes of each kind of request and answer that vendors write, with the client that
// the generator makes of them.
func TestClientOfEachKind(t *testing.T) {
	if report := os.Getenv(again); report != "" {
		Run(t, Options{Report: report}, provider.Provider{
			Name: "kinds", Document: everykind.OpenAPI,
			Client: &provider.Client{New: func(base string, hc *http.Client) (any, error) {
				return everykind.NewClientWithResponses(base, everykind.WithHTTPClient(hc))
			}},
		})
		return
	}
	report := t.TempDir()
	if said, err := child(t, report); err == nil {
		t.Fatalf("the suite finds nothing\n%s", said)
	}
	l, err := ledger.Read(report)
	if err != nil {
		t.Fatal(err)
	}
	const (
		spaces  = "the generator leaves the spaces of the style spaceDelimited in the URL, which no server reads"
		without = "sent without the query parameter spaces: " + spaces +
			"; sent without the query parameter wrong: its schema refuses its example, " +
			"/paths/~1checks~1{id}/get/parameters/11/example"
		bytes     = "; compared in Body, byte for byte: the generator makes no typed field "
		multipart = "the generator writes no multipart/form-data: who calls the client puts the body together"
		list      = "the member a of the form is a list or an object, " +
			"which the generator writes in a way of its own, such as a[0]"
		form   = "the example is the text of a form, which the generated client writes itself of its members"
		unsent = "pass: the request was made from its schema: none of the documented ones can be sent"
	)
	want := map[string]string{
		"getCheck/200/ok":                 "pass: " + without,
		"getCheck/200/ok-application-xml": "pass: " + without,
		"getCheck/201/ok":                 "pass: " + without,
		"getCheck/201/object": "n/a: the example is no text, " +
			"and nothing says how it is written as text/xml",
		"getCheck/202/ok":     "pass: " + without,
		"getCheck/203/plain":  "pass: " + without,
		"getCheck/203/second": "pass: " + without,
		"getCheck/204/never":  "n/a: no answer with the status 204 has a body",
		"getCheck/206/ok":     "pass: " + without + bytes + "for application/pdf",
		"getCheck/400/ok":     "pass: " + without,
		"getCheck/404/ok":     "pass: " + without + bytes + "for text/plain",
		"getCheck/409/ok":     `n/a: the example breaks its schema at "", see the schema check`,
		"getCheck/411/ok":     "pass: " + without + bytes + "without a schema",
		"getCheck/412/more": `fail: /more: at "/more": want "c", got nothing: the schema at ` +
			`/paths/~1checks~1{id}/get/responses/412/content/application~1json/schema names no such member, ` +
			"and the generator makes none; an action of the overlay may name it, or say additionalProperties: true",
		"getCheck/5XX/ok":              "pass: " + without,
		"GET-check_V2/200/ok":          "pass: ",
		"create_check/request/json":    "pass: ",
		"create_check/request/second":  "pass: ",
		"create_check/request/form":    "pass: ",
		"create_check/request/text":    "pass: ",
		"create_check/request/bytes":   "pass: ",
		"create_check/request/charset": "pass: ",
		"create_check/200/ok":          "pass: ",
		"postList/request/list":        "n/a: " + list,
		"postList/200/ok":              unsent,
		"postText/request/text":        "n/a: " + form,
		"postText/200/ok":              unsent,
		"Get File id/request/ok":       "n/a: " + multipart,
		"Get File id/200/ok":           unsent,
		"getPaper/200/ok":              "pass: ",
		"getLabels/200/ok":             "pass: ",
		"getDots/200/ok": "n/a: its required path parameter id cannot be sent: " +
			`".." is no part of a path: it goes when the URL is resolved`,
		"getBinary/200/ok": "n/a: its required query parameter file cannot be sent: " +
			"the generator makes a file of the format binary, and writes base64 of it into a parameter",
		"getWrong/200/ok": "n/a: no call can be made: its schema refuses the example of its " +
			"required path parameter n, " +
			"/paths/~1wrong~1{n}/get/parameters/0/example",
		"getSpaces/200/ok": "n/a: its required query parameter spaces cannot be sent: " + spaces,
		"getUntold/200/ok": "pass: ",
	}
	schema := map[string]ledger.State{
		"kinds/getCheck/409/ok": ledger.Fail(""), "kinds/getCheck/411/ok": ledger.NA,
		"kinds/getCheck/201/ok":       ledger.NA,
		"kinds/postText/request/text": ledger.NA,
	}
	for _, e := range l.Entries {
		got := fmt.Sprint(e.Checks[ledger.Client], ": ", e.Notes[ledger.Client])
		id := e.ID[len("kinds/"):]
		if got != want[id] {
			t.Errorf("%s\nis   %s\nnot  %s", id, got, want[id])
		}
		delete(want, id)
		if state := e.Checks[ledger.Schema]; state != schema[e.ID] && (state != ledger.Pass || schema[e.ID] != "") {
			t.Errorf("%s: the schema check says %s", id, state)
		}
	}
	broken := []string{
		"schema kinds/getCheck conforms in its parameters, headers and schemas",
		"schema kinds/getWrong conforms in its parameters, headers and schemas",
	}
	if slices.Sort(l.Broken); !slices.Equal(l.Broken, broken) {
		t.Errorf("%q fail besides", l.Broken)
	}
	for id := range want {
		t.Errorf("%s is no entry", id)
	}
}
