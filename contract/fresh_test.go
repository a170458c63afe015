package contract

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/provider"
)

// Of a value that is new in each answer the fixtures' judge says whether it can be one, whatever
// comes.
func TestFreshValues(t *testing.T) {
	g := gomega.NewWithT(t)
	p := described()
	s := &attempt{p: p, links: "https://simulator.example", now: func() time.Time { return recordedAt }}
	const back, link = `"https://shop.example/back?id=j-1"`, `"the user's link"`
	millis := func(later time.Duration) string { return strconv.FormatInt(recordedAt.Add(later).UnixMilli(), 10) }
	seconds := func(later time.Duration) string { return strconv.FormatInt(recordedAt.Add(later).Unix(), 10) }
	for _, try := range []struct {
		name             string
		class            provider.Class
		documented, came string
		want             bool
	}{
		{"a return with an id of its own", provider.Return, back, `"https://shop.example/back?id=j-2"`, true},
		{"a return with the documented id", provider.Return, back, back, false},
		{"a return elsewhere", provider.Return, back, `"https://b.example/back?id=j-2"`, false},
		{"a return that cannot be parsed", provider.Return, back, `"https://shop.example/%zz?id=j-2"`, false},
		{"a return with a space before it", provider.Return, back, `" https://shop.example/back?id=j-2"`, false},
		{"a return with a control character", provider.Return, back, `"https://shop.example/\u0000?id=j-2"`, false},
		{"a return where what is documented cannot be parsed", provider.Return, `"%zz"`, back, false},
		{"a link of the simulator", provider.Link, link, `"https://simulator.example/in/1"`, true},
		{"a link to a host that begins like it", provider.Link, link,
			`"https://simulator.example.b.example/in/1"`, false},
		{"a link to another port", provider.Link, link, `"https://simulator.example:8443/in/1"`, false},
		{"a link to its front page", provider.Link, link, `"https://simulator.example"`, false},
		{"a link with a fragment", provider.Link, link, `"https://simulator.example/in/1#2"`, false},
		{"a link that cannot be parsed", provider.Link, link, `"https://simulator.example/%zz"`, false},
		{"a time in milliseconds", provider.Time, "1752580258171", millis(0), true},
		{"a time in milliseconds that is past", provider.Time, "1752580258171", millis(-time.Hour), false},
		{"a time in seconds for one in milliseconds", provider.Time, "1752580258171", seconds(0), false},
		{"a time in seconds", provider.Time, "1752580258", seconds(0), true},
		{"a time with a fraction of a second", provider.Time, "1752580258", seconds(0) + ".0", false},
		{"what has happened", provider.Happened, "1752580258171", millis(-time.Hour), true},
		{"what has happened and is to come", provider.Happened, "1752580258171", millis(time.Hour), false},
		{"what has happened years ago", provider.Happened, "1752580258171", millis(-10000 * time.Hour), false},
		{"what has happened as text", provider.Happened, `"2021-10-05T19:06:28+05:30"`,
			`"` + recordedAt.Add(-time.Hour).Format("2006-01-02T15:04:05-07:00") + `"`, true},
	} {
		got := s.isFresh(try.class, json.RawMessage(try.documented), json.RawMessage(try.came))
		g.Expect(got).To(gomega.Equal(try.want), try.name)
	}
}

// A value within a list is fresh at each index that is documented, and no other is.
func TestFreshValuesOfLists(t *testing.T) {
	g := gomega.NewWithT(t)
	p := described()
	p.Answers.Fresh = map[string]provider.Class{"/files/*/id": provider.ID, "/files/*/parts/*/id": provider.ID}
	s := &attempt{p: p}
	pointers := func(want, got string) []string {
		var all []string
		for _, f := range s.judgeBody(json.RawMessage(want), json.RawMessage(got), nil) {
			all = append(all, f.Pointer)
		}
		slices.Sort(all)
		return slices.Compact(all)
	}
	const want = `{"files":[{"id":"a1"},{"id":"b1","parts":[{"id":"c1"},{"no":1}]}]}`
	g.Expect(pointers(want, `{"files":[{"id":"a2"},{"id":"b2","parts":[{"id":"c2"},{"no":1}]}]}`)).To(gomega.BeEmpty())
	g.Expect(pointers(want, `{"files":[{"id":"a2"},{"id":"b1","parts":[{"id":"c2"},{"no":1}]}]}`)).
		To(gomega.Equal([]string{"/files/1/id"}), "the documented one")
	g.Expect(pointers(want, `{"files":[{"id":"a2"},{"id":"b2","parts":[{"id":"c1"},{"no":2}]}]}`)).
		To(gomega.Equal([]string{"/files/1/parts/0/id", "/files/1/parts/1/no"}))
	g.Expect(pointers(want, `{"files":{"0":{"id":"a2"}}}`)).NotTo(gomega.BeEmpty())
	g.Expect(pointers(`{"files":1}`, `{"files":1}`)).To(gomega.BeEmpty())
}

// Below 400 an answer has a code that decides where it is documented as one that refuses is, and
// an end that is announced is told.
func TestCodesBelowErrors(t *testing.T) {
	g := gomega.NewWithT(t)
	p := described()
	p.Answers = provider.Answers{Codes: []string{"/state"}, Refusals: []string{"/code", "/type"}}
	suite := &Suite{Provider: p}
	codes := func(status int, value string) []string {
		return suite.decisive(example.Entry{Direction: example.Response, Status: status, Value: json.RawMessage(value)})
	}
	all := []string{"/state", "/code", "/type"}
	g.Expect(codes(400, `{"message":"no"}`)).To(gomega.Equal(all))
	g.Expect(codes(202, `{"code":"not_ready","type":"error"}`)).To(gomega.Equal(all))
	g.Expect(codes(200, `{"type":"Individual"}`)).To(gomega.Equal([]string{"/state"}), "another type")

	s := &attempt{p: p, now: func() time.Time { return recordedAt }}
	var err error
	s.d, err = example.Parse("acme", []byte(acmeDocument))
	g.Expect(err).NotTo(gomega.HaveOccurred())
	e := s.d.Entries[0]
	told := received{status: 200, mediaType: e.MediaType(), body: e.Value,
		header: http.Header{"Deprecation": {"@1700000000"}, "Retry-After": {"soon"}}}
	g.Expect(s.judge(e, told)).To(gomega.ConsistOf(gomega.HaveField("Pointer", "(header Deprecation)"),
		gomega.HaveField("Pointer", "(header Retry-After)")))
}
