package authpartner_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	adapter "example.com/digilocker/adapters/authpartner"
	"example.com/digilocker/adapters/kyc"
)

// returnTo is the redirect URI of all journeys here.
const returnTo = "https://shop.example/back"

const clientID, secret = "ABCDEFGH", "the-secret-of-a-client"

// Paths of operations.
const (
	tokenPath    = "/public/oauth2/1/token"
	openIDPath   = "/public/oauth2/2/token"
	revokePath   = "/public/oauth2/1/revoke"
	userPath     = "/public/oauth2/1/user"
	issuedPath   = "/public/oauth2/2/files/issued"
	filePath     = "/public/oauth2/1/file/"
	xmlPath      = "/public/oauth2/1/xml/"
	eAadhaarPath = "/public/oauth2/3/xml/eaadhaar"
)

// signed stands for a file that DigiLocker hands out.
const signed = `<?xml version="1.0" encoding="UTF-8"?><Certificate/>`

// reply is what a desk answers.
type reply struct {
	status int
	body   string
	header []string // names and values in turn
}

// received is a request as it came to a desk.
type received struct {
	method, path string // as escaped
	header       http.Header
	form         url.Values
}

// desk is a server that answers by what a path begins with: the longest that fits.
type desk struct {
	*httptest.Server
	mu      sync.Mutex
	replies map[string]reply
	all     []received
}

// newDesk answers as the samples do.
func newDesk() *desk {
	GinkgoHelper()
	d := &desk{replies: map[string]reply{}}
	for path, id := range map[string]string{
		tokenPath: exchanged, openIDPath: openID, userPath: user, issuedPath: issued,
	} {
		d.example(path, id, nil)
	}
	d.answers(revokePath, 200, "")
	for _, path := range []string{filePath, xmlPath, eAadhaarPath} {
		d.answers(path, 200, signed, "Content-Type", "application/xml", "hmac", sum([]byte(signed)))
	}
	d.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		d.mu.Lock()
		defer d.mu.Unlock()
		d.all = append(d.all, received{r.Method, r.URL.EscapedPath(), r.Header.Clone(), r.PostForm})
		best := ""
		for path := range d.replies {
			if strings.HasPrefix(r.URL.EscapedPath(), path) && len(path) > len(best) {
				best = path
			}
		}
		said, found := d.replies[best]
		if !found {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		for i := 0; i < len(said.header); i += 2 {
			w.Header().Set(said.header[i], said.header[i+1])
		}
		w.WriteHeader(said.status)
		_, _ = w.Write([]byte(said.body))
	}))
	DeferCleanup(d.Close)
	return d
}

func (d *desk) answers(path string, status int, body string, header ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.replies[path] = reply{status, body, header}
}

// example has the path answer as that example does, but for the changes.
func (d *desk) example(path, id string, changes map[string]string) {
	GinkgoHelper()
	e := suite.Entry(id)
	d.answers(path, e.Status, string(changed(e.Value, changes)))
}

// last is the newest request to the path.
func (d *desk) last(path string) received {
	GinkgoHelper()
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := len(d.all) - 1; i >= 0; i-- {
		if strings.HasPrefix(d.all[i].path, path) {
			return d.all[i]
		}
	}
	Fail("nothing was sent to " + path)
	return received{}
}

// sum is the hmac of a body.
func sum(body []byte) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write(body)
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// partner is the adapter at base.
func partner(base string, opts adapter.Options) (*adapter.Adapter, error) {
	if opts.Now == nil { // the consent of the samples is over
		opts.Now = func() time.Time { return time.Unix(1684700000, 0) }
	}
	opts.Keys = []adapter.Key{adapter.NewKey([]byte("0123456789abcdef0123456789abcdef"))}
	return adapter.New(base, adapter.Credentials{
		ClientID: kyc.Hide(clientID), ClientSecret: kyc.Hide(secret),
	}, opts)
}

// at is the adapter at a desk.
func (d *desk) at(opts adapter.Options) *adapter.Adapter {
	GinkgoHelper()
	a, err := partner(d.URL, opts)
	Expect(err).NotTo(HaveOccurred())
	return a
}

// started is a journey whose user is at the page with these parameters.
func started(ctx context.Context, a *adapter.Adapter, flow kyc.Flow, docs ...kyc.Document) (*kyc.Consent, url.Values) {
	GinkgoHelper()
	if len(docs) == 0 {
		docs = []kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence}
	}
	consent, err := a.Start(ctx, kyc.StartRequest{ID: "order-42", Documents: docs, ReturnTo: returnTo, Flow: flow})
	Expect(err).NotTo(HaveOccurred())
	page, err := url.Parse(consent.URL.Reveal())
	Expect(err).NotTo(HaveOccurred())
	return consent, page.Query()
}

// returning is where a user of the journey comes back with these parameters, besides its state.
func returning(page url.Values, parameters ...string) *url.URL {
	GinkgoHelper()
	u, err := url.Parse(page.Get("redirect_uri"))
	Expect(err).NotTo(HaveOccurred())
	query := url.Values{"state": {page.Get("state")}}
	for i := 0; i < len(parameters); i += 2 {
		query.Set(parameters[i], parameters[i+1])
	}
	u.RawQuery = query.Encode()
	return u
}

// exchange is what a new journey's exchange comes to, which asks for those documents, and for all if there are none.
func exchange(ctx context.Context, a *adapter.Adapter, docs ...kyc.Document) (kyc.Return, error) {
	GinkgoHelper()
	consent, page := started(ctx, a, kyc.SignIn, docs...)
	return a.Exchange(ctx, consent.Ref, returning(page, "code", "the-code"))
}

// granted is a journey that was exchanged.
func granted(ctx context.Context, a *adapter.Adapter, docs ...kyc.Document) kyc.Return {
	GinkgoHelper()
	back, err := exchange(ctx, a, docs...)
	Expect(err).NotTo(HaveOccurred())
	Expect(back.State).To(Equal(kyc.Granted))
	return back
}
