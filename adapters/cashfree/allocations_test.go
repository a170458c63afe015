package cashfree_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/cashfree"
	"example.com/digilocker/adapters/kyc"
)

// through makes a RoundTripper of a function.
type through func(*http.Request) (*http.Response, error)

func (f through) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

var _ = It("a document without a photo costs few allocations", func() {
	const answer = `{"reference_id":408,"verification_id":"test001","status":"SUCCESS","uid":"xxxxxxxx0000",` +
		`"care_of":"S/O: Fake Guardian","dob":"02-02-1995","gender":"M","name":"Fake Person","photo_link":"/9j/",` +
		`"split_address":{"country":"India","dist":"Testdist","house":"1 Nowhere","landmark":"","pincode":"000000",` +
		`"po":"Testpo","state":"Teststate","street":"Test Street","subdist":"Testsub","vtc":"Testtown"},` +
		`"xml_file":"https://files.example/a.zip"}`
	header := http.Header{"Content-Type": {"application/json"}}
	body := &struct {
		strings.Reader
		io.Closer
	}{Closer: io.NopCloser(nil)}
	reply := &http.Response{StatusCode: http.StatusOK, Header: header, ContentLength: int64(len(answer)), Body: body}
	client := &http.Client{Transport: through(func(*http.Request) (*http.Response, error) {
		body.Reset(answer)
		reply.Body = body
		return reply, nil
	})}
	a := offline(func(_ *cashfree.Credentials, o *cashfree.Options) { o.HTTPClient = client })
	// Others allocate too: the least of some is what it costs.
	least := 1e9
	for range 5 {
		least = min(least, testing.AllocsPerRun(100, func() {
			record, err := a.Fetch(context.Background(), "test001", kyc.Aadhaar)
			if err != nil || record.Person.Name.Reveal() != "Fake Person" {
				Fail("no record")
			}
		}))
	}
	Expect(least).To(BeNumerically("<=", 90))
})
