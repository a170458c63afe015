package call_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/wire"
)

// when is a time in so long, which a Date can say.
func when(in time.Duration) time.Time { return began.Add(in) }

var began = time.Now().UTC().Truncate(time.Second)

func dated(in time.Duration) []string { return []string{when(in).Format(http.TimeFormat)} }

var _ = DescribeTable("an answer was made", func(ctx SpecContext, date []string, want time.Time) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Date"] = date
		_, _ = w.Write([]byte(`{}`))
	}))
	DeferCleanup(s.Close)
	c := call.New(ctx, "acme", "op")
	r, err := http.NewRequestWithContext(c.Context(), http.MethodGet, s.URL, nil)
	Expect(err).NotTo(HaveOccurred())
	before := time.Now()
	resp, err := wire.Doer{Client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}.Do(r)
	Expect(err).NotTo(HaveOccurred())
	Expect(resp.Body.Close()).To(Succeed())
	if want.IsZero() {
		Expect(c.Answered()).
			To(And(BeTemporally(">=", before), BeTemporally("<=", time.Now())), "by this machine's clock")
		return
	}
	Expect(c.Answered()).To(BeTemporally("==", want))
},
	Entry("when its header says, some hours ago", dated(-20*time.Hour), when(-20*time.Hour)),
	Entry("when its header says, in some hours", dated(20*time.Hour), when(20*time.Hour)),
	Entry("now, if that is days ago", dated(-48*time.Hour), time.Time{}),
	Entry("now, if that is days ahead", dated(48*time.Hour), time.Time{}),
	Entry("now, if that has no clock", []string{"Thu, 01 Jan 1970 00:00:00 GMT"}, time.Time{}),
	Entry("now, if that is further than a Duration", []string{"Fri, 31 Dec 9999 23:59:59 GMT"}, time.Time{}),
	Entry("now, if that says nothing that can be read", []string{"yesterday"}, time.Time{}),
	Entry("now, without one", nil, time.Time{}),
)

var _ = It("an answer that did not come was made now", func() {
	before := time.Now()
	Expect(call.New(context.Background(), "acme", "op").Answered()).To(BeTemporally(">=", before))
})

var _ = DescribeTable("a time of the year", func(year int, held bool) {
	at := time.Date(year, 5, 1, 0, 0, 0, 0, time.UTC)
	_, err := at.MarshalJSON()
	Expect(err == nil).To(Equal(held), "%v", err)
	Expect(call.InJSON(at).IsZero()).To(Equal(!held))
},
	Entry("9999 is in JSON", 9999, true), Entry("10000 is not", 10_000, false), Entry("1 is in JSON", 1, true),
	Entry("-1 is not", -1, false),
)
