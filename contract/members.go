package contract

import (
	"context"
	"errors"
	"net/http"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/example"
)

// memberSpecs are about members of answers, for every provider; what concerns one
// provider's members stands in its folder.
func (suite *Suite) memberSpecs() {
	ginkgo.It("a member that nobody documented can be read from the raw answer", ginkgo.Label("replies"), func(ctx ginkgo.SpecContext) {
		id := suite.Provider.Adapter.Status
		if id == "" { // nothing is asked for it: the exchange says what is known
			id = suite.Provider.Journey.Started
		}
		value, err := suite.Answered(ctx, id, map[string]string{"/brand_new": `{"n":1e3}`})
		gomega.Expect(err).NotTo(gomega.HaveOccurred())
		if said, exchanged := value.(kyc.Return); exchanged {
			value = said.Consent
		}
		gomega.Expect(string(value.(*kyc.Consent).Raw.Bytes())).To(gomega.ContainSubstring(`"brand_new":{"n":1e3}`))
	})
}

// NeedsMember says that an answer without a value at the pointer is refused for the member.
func (suite *Suite) NeedsMember(ctx context.Context, id, pointer, member string) {
	ginkgo.GinkgoHelper()
	for _, nothing := range []string{`null`, `""`, ``} {
		_, err := suite.Answered(ctx, id, map[string]string{pointer: nothing})
		Unexpected(err, member)
	}
}

// AbsentWhenNull says what the result says where null stands at the pointers.
func (suite *Suite) AbsentWhenNull(ctx context.Context, id string, pointers []string, want map[string]string) {
	ginkgo.GinkgoHelper()
	changes := map[string]string{}
	for _, p := range pointers {
		changes[p] = `null`
	}
	value, err := suite.Answered(ctx, id, changes)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	Says(value, want)
}

// ReadsNumber says what the result says where the number stands at the pointer.
func (suite *Suite) ReadsNumber(ctx context.Context, id, pointer, number string, want map[string]string) {
	ginkgo.GinkgoHelper()
	value, err := suite.Answered(ctx, id, map[string]string{pointer: number})
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	Says(value, want)
}

// KeepsWord says that a word that nobody documented, at the pointer, is the result's member
// at the path in Go.
func (suite *Suite) KeepsWord(ctx context.Context, id, pointer, path string) {
	ginkgo.GinkgoHelper()
	value, err := suite.Answered(ctx, id, map[string]string{pointer: `"NEW_WORD"`})
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	Says(value, map[string]string{path: "NEW_WORD"})
}

// Unexpected says that an answer with 200 was refused for the member.
func Unexpected(err error, member string) {
	ginkgo.GinkgoHelper()
	gomega.Expect(err).To(gomega.MatchError(kyc.ErrUnexpected))
	var e *kyc.Error
	gomega.Expect(errors.As(err, &e)).To(gomega.BeTrue())
	gomega.Expect(e.Status).To(gomega.Equal(http.StatusOK))
	gomega.Expect(e.Member).To(gomega.Equal(member))
}

// Says says that the members of a result, by their paths in Go, are these.
func Says(value any, members map[string]string) {
	ginkgo.GinkgoHelper()
	gomega.Expect(says(value, members)).To(gomega.BeEmpty())
}

// Undisturbed says that odd values at the pointers of a refusal change nothing of what it
// means: of each documented one that the adapter reaches and of chooses.
func (suite *Suite) Undisturbed(ctx context.Context, of func(example.Entry) bool, pointers []string, odd ...string) {
	ginkgo.GinkgoHelper()
	seen := 0
	for _, e := range suite.Document.Entries {
		c, err := suite.cases.Of(e.ID)
		if err != nil || c.Error() == "" || e.Direction != example.Response || suite.adapterLacks(e) != "" || !of(e) {
			continue
		}
		for _, pointer := range pointers {
			for _, value := range odd {
				err := suite.refused(ctx, e, Changed(e.Value, map[string]string{pointer: value}))
				gomega.Expect(means(c.Means, nil, err)).To(gomega.BeEmpty(), "%s with %s at %s", e.ID, value, pointer)
				silent(err, Seed)
				seen++
			}
		}
	}
	gomega.Expect(seen).To(gomega.BeNumerically(">", 3))
}

// refused makes the call that e answers, with another body. A state that Status tells is
// the error that it stands for.
func (suite *Suite) refused(ctx context.Context, e example.Entry, body []byte) error {
	ginkgo.GinkgoHelper()
	value, err := suite.call(ctx, e, suite.Adapter(suite.answering(e, body)))
	if consent, ok := value.(*kyc.Consent); ok && err == nil {
		return map[kyc.State]error{kyc.Pending: kyc.ErrPending, kyc.Expired: kyc.ErrExpired, kyc.Denied: kyc.ErrDenied}[consent.State]
	}
	return err
}
