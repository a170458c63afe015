package contract

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/recording"
)

// Journeys that no call starts but the browser, and whose user brings back what a call exchanges.

// exchanges says whether the adapter exchanges what a user brings back.
func (suite *Suite) exchanges() bool {
	return slices.Contains(suite.Provider.Adapter.Can, kyc.CanExchange)
}

// back is where the documented redirect e leads the user of a journey. A parameter that the journey's link has too,
// such as a state, is the one of the link.
func (suite *Suite) back(e example.Entry, c example.Case, consent *kyc.Consent) *url.URL {
	ginkgo.GinkgoHelper()
	var template string
	gomega.Expect(json.Unmarshal(e.Value, &template)).To(gomega.Succeed())
	for placeholder, value := range c.With {
		template = strings.ReplaceAll(template, placeholder, value)
	}
	u, err := url.Parse(suite.returning(template, back))
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	link, err := url.Parse(consent.URL.Reveal())
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	query := u.Query()
	for name := range query {
		if link.Query().Has(name) {
			query.Set(name, link.Query().Get(name))
		}
	}
	u.RawQuery = query.Encode()
	return u
}

// consented is where the user of a journey returns who consented, as documented: of the first redirect whose case says
// so, or that it says nothing of a refusal; nil if none does.
func (suite *Suite) consented(consent *kyc.Consent) *url.URL {
	ginkgo.GinkgoHelper()
	for _, e := range suite.Document.Entries {
		c, err := suite.cases.Of(e.ID)
		if err == nil && e.Direction == example.Redirect && (c.Means == "return granted" || c.Means == "return") {
			return suite.back(e, c, consent)
		}
	}
	return nil
}

// fresh is something that nothing else has, of 43 letters and digits.
func fresh() string {
	var random [sha256.Size]byte
	_, _ = rand.Read(random[:]) // it never fails: the process ends first
	return letters(random)
}

// letters are 43 letters and digits made of those bytes.
func letters(of [sha256.Size]byte) string {
	return strings.NewReplacer("-", "a", "_", "b").Replace(base64.RawURLEncoding.EncodeToString(of[:]))
}

// undocumented is the body that the description has of a request of which the documents print none.
func (s *attempt) undocumented(op example.Operation, like string) json.RawMessage {
	ginkgo.GinkgoHelper()
	name := op.ID
	if like != "" {
		name += "/" + like
	}
	body, found := s.p.Requests[name]
	gomega.Expect(found || like == "").To(gomega.BeTrue(), "Requests of %s has no %s", s.p.Name, name)
	text, err := json.Marshal(body)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	if !found {
		return json.RawMessage(`{}`)
	}
	return text
}

// kept are the ids of the journey for its recording. Those of a journey that begins in the browser open it, and stand
// there as in the recorded requests.
func (s *attempt) kept(r *recording.Recorder) map[string]string {
	ginkgo.GinkgoHelper()
	if s.p.Journey == nil || s.p.Journey.Begin == nil {
		return s.ids
	}
	ids := url.Values{}
	for name, id := range s.ids {
		ids.Set(name, id)
	}
	redacted, err := url.ParseQuery(string(r.Redactor.RequestBody(formType, []byte(ids.Encode()))))
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	all := map[string]string{}
	for name := range redacted {
		all[name] = redacted.Get(name)
	}
	return all
}

// later is a time a day from now, in the form of the documented one.
func later(documented json.RawMessage) string {
	to := time.Now().Add(24 * time.Hour)
	text := plainText(documented)
	switch _, err := strconv.ParseInt(text, 10, 64); {
	case err == nil && len(text) == len("1700000000000"):
		text = strconv.FormatInt(to.UnixMilli(), 10)
	case err == nil:
		text = strconv.FormatInt(to.Unix(), 10)
	default:
		text = to.Format(time.RFC3339)
	}
	if documented[0] == '"' {
		return strconv.Quote(text)
	}
	return text
}

// lasting is what the adapter made of an answer, without what it makes anew of each answer to a refresh: the Ref that
// holds the tokens, and when they end.
func (s *attempt) lasting(value any) any {
	consent, ok := value.(*kyc.Consent)
	if !ok || consent == nil || s.suite.methodOf(s.e) != kyc.MethodRefresh {
		return value
	}
	one := *consent
	one.Ref, one.ExpiresAt = "", time.Time{}
	return &one
}
