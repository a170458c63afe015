package simulator

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"example.com/digilocker/adapters/kyc"
)

// Visitor is a user at the consent page, for tests without a browser. It fills in
// the forms as a person would, over HTTP, so that it works on a simulator anywhere.
type Visitor struct {
	// Number is a mobile or Aadhaar number of one of People.
	Number string
	// Documents that the user shares, if they are asked for and in the account;
	// nil: all of them.
	Documents []kyc.Document
	// Client sends the forms. Its cookies and its following of redirects are not
	// used. Default: http.DefaultClient.
	Client *http.Client

	unknown string // the key of NewVisitor that none of People has
}

// NewVisitor is the person with that key, sharing all documents. With a key that
// none of People has, the Visitor is nobody, and says so at the consent page.
func NewVisitor(key string) Visitor {
	for _, p := range people {
		if p.Key == key {
			return Visitor{Number: p.Mobile}
		}
	}
	return Visitor{unknown: key}
}

// maxHops is how many redirects lead a visitor to the consent page.
const maxHops = 5

// Allow signs in at the consent page and shares the documents. It returns the
// address that the user is sent back to, which it does not call: if the provider's own page
// sends the user back at once, nobody has consented, and the address says so.
func (v Visitor) Allow(ctx context.Context, consentURL string) (back *url.URL, err error) {
	return v.walk(ctx, consentURL, "allow")
}

// Deny signs in at the consent page and refuses.
func (v Visitor) Deny(ctx context.Context, consentURL string) (back *url.URL, err error) {
	return v.walk(ctx, consentURL, "deny")
}

var (
	hiddenToken = regexp.MustCompile(`name="token" value="([^"]*)"`)
	hiddenStep  = regexp.MustCompile(`name="step" value="([^"]*)"`)
	issuedOTP   = regexp.MustCompile(`id="issued"[^>]*>([0-9]+)<`)
	offered     = regexp.MustCompile(`name="document" value="([^"]*)"`)
	problem     = regexp.MustCompile(`(?s)id="error"[^>]*>(.*?)</`)
	heading     = regexp.MustCompile(`(?s)<h1[^>]*>(.*?)</h1>`)
)

func (v Visitor) walk(ctx context.Context, consentURL, decision string) (*url.URL, error) {
	switch {
	case v.Number == "" && v.unknown != "":
		var keys []string
		for _, p := range people {
			keys = append(keys, p.Key)
		}
		return nil, fmt.Errorf("consent page: nobody is called %q; there is %s", v.unknown, strings.Join(keys, ", "))
	case v.Number == "":
		return nil, errors.New("consent page: this visitor has no Number; NewVisitor takes the key of one of People")
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if v.Client != nil {
		client.Transport, client.Timeout = v.Client.Transport, v.Client.Timeout
	}
	client.Jar, _ = cookiejar.New(nil) // never fails without options
	from, err := url.Parse(consentURL)
	if err != nil {
		return nil, errors.New("consent page: its URL cannot be read")
	}
	page, next, err := send(ctx, &client, http.MethodGet, consentURL, nil)
	for hops := 0; err == nil && next != nil; hops++ { // from the provider's own page
		if from.Host != next.Host || hops == maxHops {
			return next, nil
		}
		consentURL = next.String()
		page, next, err = send(ctx, &client, http.MethodGet, consentURL, nil)
	}
	for range 4 { // number, OTP, documents, and the way back
		if err != nil {
			return nil, err
		}
		form := url.Values{"token": {first(hiddenToken, page)}, "step": {first(hiddenStep, page)}}
		switch form.Get("step") {
		case stepNumber:
			form.Set("number", v.Number)
		case stepOTP:
			form.Set("otp", first(issuedOTP, page))
		case stepDocuments:
			form.Set("decision", decision)
			for _, m := range offered.FindAllStringSubmatch(page, -1) {
				if v.wants(kyc.Document(m[1])) {
					form.Add("document", m[1])
				}
			}
		}
		var back *url.URL
		page, back, err = send(ctx, &client, http.MethodPost, consentURL, form)
		if form.Has("decision") && err == nil {
			return back, nil
		}
		if err == nil {
			page, _, err = send(ctx, &client, http.MethodGet, consentURL, nil)
		}
	}
	return nil, errors.Join(errors.New("consent page: it did not come to an end"), err)
}

func (v Visitor) wants(doc kyc.Document) bool {
	return v.Documents == nil || slices.Contains(v.Documents, doc)
}

// send is one request of the visitor's, and where its answer leads.
func send(ctx context.Context, client *http.Client, method, address string, form url.Values) (page string, next *url.URL, err error) {
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return "", nil, withoutAddress(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := client.Do(r)
	if err != nil {
		return "", nil, withoutAddress(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err != nil {
		return "", nil, err
	}
	page = string(text)
	switch {
	case resp.StatusCode == http.StatusSeeOther:
		next, err = resp.Location()
	case resp.StatusCode != http.StatusOK:
		said := first(problem, page)
		if said == "" {
			said = first(heading, page)
		}
		if said == "" {
			said = "no page of the simulator; a Consent's URL leads to one"
		}
		err = fmt.Errorf("consent page: HTTP %d: %s", resp.StatusCode, said)
	}
	return page, next, err
}

// withoutAddress is err without the address, which opens a journey.
func withoutAddress(err error) error {
	if in, ok := errors.AsType[*url.Error](err); ok {
		err = in.Err
	}
	return fmt.Errorf("consent page: %w", err)
}

func first(pattern *regexp.Regexp, page string) string {
	m := pattern.FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	return strings.TrimSpace(html.UnescapeString(m[1]))
}
