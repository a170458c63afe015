package suite

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/repeat"
)

// Verifying is an adapter whose Options.Verify is the function.
type Verifying struct {
	New    func(url string, verify func(context.Context, *kyc.Record) error) (kyc.Provider, error)
	Answer string // of a Fetch that succeeds
	Ref    kyc.Ref
	Name   string // of the answer's person; "" if it is a file that nobody has opened
}

// Verifies says that Options.Verify is asked at the end of each Fetch, and has the last word.
func (v Verifying) Verifies(ctx ginkgo.SpecContext) {
	ginkgo.GinkgoHelper()
	s := Answering(http.StatusOK, v.Answer)
	fetch := func(verify func(context.Context, *kyc.Record) error) (*kyc.Record, error) {
		p, err := v.New(s.URL, verify)
		gomega.Expect(err).NotTo(gomega.HaveOccurred())
		p, err = repeat.New(p, repeat.Budget{Calls: 3, First: time.Nanosecond})
		gomega.Expect(err).NotTo(gomega.HaveOccurred())
		return p.Fetch(ctx, v.Ref, kyc.Aadhaar)
	}

	record, err := fetch(nil)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	gomega.Expect(record.Signed).To(gomega.BeNil(), "nobody looked")

	signed := new(kyc.Record)
	record, err = fetch(func(_ context.Context, r *kyc.Record) error {
		gomega.Expect(r.Document).To(gomega.Equal(kyc.Aadhaar))
		gomega.Expect(r.Person.Name.Reveal()).To(gomega.Equal(v.Name))
		gomega.Expect(r.Unopened).To(gomega.Equal(v.Name == ""))
		gomega.Expect(r.Raw.Bytes()).NotTo(gomega.BeEmpty(), "it is asked last")
		r.Signed = signed
		return nil
	})
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	gomega.Expect(record.Signed).To(gomega.BeIdenticalTo(signed))

	s.Received = nil
	secrets := []string{"Zzyzx, who is somebody else"} // what the function tells, and the name in the answer
	if v.Name != "" {
		secrets = append(secrets, v.Name)
	}
	cause := fmt.Errorf("%s: %w", strings.Join(secrets, " is not "), kyc.ErrUnavailable)
	record, err = fetch(func(context.Context, *kyc.Record) error { return cause })
	gomega.Expect(record).To(gomega.BeNil())
	gomega.Expect(errors.Is(err, cause)).To(gomega.BeTrue())
	gomega.Expect(kyc.Outage(err)).To(gomega.BeTrue())
	gomega.Expect(s.Received).To(gomega.HaveLen(1), "what was answered may be billed, and is not asked for again")
	var e *kyc.Error
	gomega.Expect(errors.As(err, &e)).To(gomega.BeTrue())
	gomega.Expect(e.Raw()).To(gomega.MatchJSON(v.Answer))
	Silent(err, secrets...)

	_, err = fetch(func(context.Context, *kyc.Record) error { return errors.New("no") })
	gomega.Expect(err).To(gomega.MatchError(kyc.ErrUnverified))
}
