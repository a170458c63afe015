package simulator

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/simulator/internal/papers"
)

// cashfree checks in this order: headers, signature, then the members in the order
// of its pages. The order is not published.
var cashfree = behaviour{
	title:       "Cashfree",
	credentials: []credential{{"x-client-id", CashfreeClientID}, {"x-client-secret", CashfreeClientSecret}},
	refuse:      cashfreeRefuses,
	operations: map[string]func(*exchange) reply{
		"createURL":     cashfreeCreateURL,
		"getStatus":     cashfreeGetStatus,
		"verifyAccount": cashfreeVerifyAccount,
		"getDocument":   cashfreeGetDocument,
	},
	causes: map[string][]string{
		"no balance":                     {"422/insufficient-balance"},
		"foreign address":                {"403/ip-not-whitelisted"},
		"rate limit of the address":      {"429/rate-limit-error-per-ip"},
		"test credentials in production": {"400/using-test-credentials-in-prod"},
		"source outage":                  {"502/bad-gateway"},
	},
	limits:  map[string]string{"X-RateLimit-Limit": "200", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": ""},
	offers:  func(j *journey) []kyc.Document { return j.requested },
	back:    func(_ *provider, j *journey) string { return "verification_id=" + url.QueryEscape(j.id) },
	decided: cashfreeTells,
	paper:   cashfreePaper,
	curl: func(base string, _ time.Time) []string {
		return []string{
			base + "/cashfree/digilocker", "-H", "x-client-id: " + CashfreeClientID, "-H", "x-client-secret: " + CashfreeClientSecret, "--json",
			`{"verification_id":"order-42","document_requested":["AADHAAR","PAN","DRIVING_LICENSE"],"redirect_url":"https://shop.example/back","user_flow":"signin"}`,
		}
	},
}

// cashfreeWords are Cashfree's names of the documents.
var cashfreeWords = map[kyc.Document]string{kyc.Aadhaar: "AADHAAR", kyc.PAN: "PAN", kyc.DrivingLicence: "DRIVING_LICENSE"}

func cashfreeDocument(word string) kyc.Document {
	for doc, w := range cashfreeWords {
		if w == word {
			return doc
		}
	}
	return ""
}

func wordsOf(words map[kyc.Document]string, docs []kyc.Document) []string {
	var all []string
	for _, doc := range docs {
		all = append(all, words[doc])
	}
	return all
}

func cashfreeRefuses(x *exchange) *reply {
	id, secret := x.r.Header.Get("x-client-id"), x.r.Header.Get("x-client-secret")
	var r reply
	switch {
	case id == "" || secret == "":
		r = x.say(nil, "400/client-id-client-secret-in-missing")
		if r.answer == nil { // verifyAccount documents none
			r = x.borrow("createURL/400/client-id-client-secret-in-missing", 0)
		}
	case id != CashfreeClientID || secret != CashfreeClientSecret:
		r = x.say(nil, "401/invalid-client-id-and-client-secret-combination")
	case x.sim.opts.SignatureKey != nil && !signed(x.sim.opts.SignatureKey, x.r.Header.Get("x-cf-signature"), id, x.sim.opts.Now()):
		r = x.say(nil, "403/x-cf-signature-header-missing") // none is published for one that is wrong or old
	default:
		return nil
	}
	return &r
}

// signed says whether signature decrypts to the client's id and a time not too
// far from now.
func signed(key *rsa.PrivateKey, signature, id string, now time.Time) bool {
	sealed, err := base64.StdEncoding.DecodeString(signature)
	if err != nil {
		return false
	}
	text, err := rsa.DecryptOAEP(sha1.New(), nil, key, sealed, nil)
	if err != nil {
		return false
	}
	who, seconds, _ := bytes.Cut(text, []byte("."))
	at, err := strconv.ParseInt(string(seconds), 10, 64)
	return err == nil && string(who) == id && now.Sub(time.Unix(at, 0)).Abs() <= Skew
}

var cashfreeIDs = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

// badID is what is wrong with the verification_id of the body. The length is
// documented for verifyAccount alone and answered alike here (CF-D18).
func (x *exchange) badID() *reply {
	id := x.text("verification_id")
	var r reply
	switch {
	case x.missing("verification_id") || string(x.body["verification_id"]) == `""`:
		r = x.say(nil, "400/verification-id-missing")
	case !cashfreeIDs.MatchString(id):
		r = x.say(nil, "400/verification-id-with-special-chars")
	case len(id) > 50:
		r = x.borrow("verifyAccount/400/verification-id-character-limit-exceeded", 0)
	default:
		return nil
	}
	return &r
}

func cashfreeCreateURL(x *exchange) reply {
	if wrong := x.badID(); wrong != nil {
		return *wrong
	}
	words, listed := x.texts("document_requested")
	flow, redirect := x.text("user_flow"), x.text("redirect_url")
	var docs []kyc.Document
	for _, w := range words {
		docs = append(docs, cashfreeDocument(w))
	}
	switch {
	case x.missing("document_requested"):
		return x.say(nil, "400/document-requested-missing")
	case listed && len(words) == 0:
		return x.say(nil, "400/document-requested-empty")
	case !listed || slices.Contains(docs, ""):
		return x.say(nil, "400/invalid-document-requested")
	case len(slices.Compact(slices.Sorted(slices.Values(words)))) < len(words):
		return x.say(nil, "400/duplicate-document-requested")
	case !x.missing("user_flow") && flow != "signin" && flow != "signup":
		return x.say(nil, "400/invalid-user-flow")
	case !x.missing("redirect_url") && !strings.HasPrefix(redirect, "https"):
		return x.say(nil, "400/invalid-redirection-url-without-https-prefix")
	case !x.missing("redirect_url") && !webAddress(redirect):
		return x.say(nil, "400/invalid-redirection-url-with-https-prefix")
	}
	j := x.start(x.text("verification_id"), redirect, docs, flow)
	if j == nil {
		return x.say(nil, "409/request-with-same-verification-id")
	}
	put := values{
		"/verification_id": quote(j.id), "/reference_id": integer(j.reference), "/url": quote(j.consentURL()),
		"/document_requested": quoteAll(words), "/redirect_url": nil, "/user_flow": quote(flow),
	}
	if redirect != "" {
		put["/redirect_url"] = quote(redirect)
	}
	if flow == "" {
		return x.say(put, "200/success-in-a25") // which has no user_flow
	}
	return x.say(put, "200/success")
}

// cashfreeFinds is the journey that the query names, or what is wrong with it. Of
// two ids that disagree, neither counts; what Cashfree does is not published.
func cashfreeFinds(x *exchange) (*journey, *reply) {
	id, reference := x.query.Get("verification_id"), x.query.Get("reference_id")
	number, err := strconv.ParseInt(reference, 10, 64)
	var r reply
	j := x.store.find(id)
	if id == "" {
		j = x.store.findReference(number)
	}
	switch {
	case id == "" && reference == "":
		r = x.say(nil, "400/request-params-missing")
	case id != "" && j == nil:
		r = x.say(nil, "404/validation-id-not-found")
	case reference != "" && (err != nil || j == nil || j.reference != number):
		r = x.say(nil, "404/reference-id-not-found")
	default:
		return j.snapshot(), nil
	}
	return nil, &r
}

func cashfreeGetStatus(x *exchange) reply {
	j, wrong := cashfreeFinds(x)
	if wrong != nil {
		return *wrong
	}
	return x.say(cashfreeStatus(j, x.now), cashfreeExamples(j, x.now)...)
}

// cashfreeExamples are those of getStatus for what became of j.
func cashfreeExamples(j *journey, now time.Time) []string {
	person, _, _ := j.consent()
	switch {
	case person == nil:
		return []string{"200/pending", "200/pending-in-cur"}
	case person.Aadhaar == "":
		return []string{"200/eaadhaar-is-n"}
	case j.is(now) == lapsed:
		return []string{"200/expired"}
	default:
		return []string{"200/authenticated"}
	}
}

// cashfreeStatus are the values of a journey in getStatus and, below /data, in a
// webhook.
func cashfreeStatus(j *journey, now time.Time) values {
	put := values{
		"/verification_id": quote(j.id), "/reference_id": integer(j.reference),
		"/document_requested": quoteAll(wordsOf(cashfreeWords, j.requested)),
	}
	switch j.is(now) {
	case unused, lapsed:
		put["/status"] = quote("EXPIRED")
	case denied:
		put["/status"] = quote("CONSENT_DENIED") // documented without an example
	}
	person, shared, at := j.consent()
	if person == nil {
		return put
	}
	put["/document_consent"] = quoteAll(wordsOf(cashfreeWords, shared))
	if person.Aadhaar == "" {
		put["/user_details/eaadhaar"] = quote("N")
		if person.published || len(shared) == 0 { // as the example of such an account has it
			put["/document_consent"] = []byte("null")
		}
	}
	put["/document_consent_validity"] = quote(at.Add(ConsentLife).UTC().Format(time.RFC3339))
	if !person.published {
		put["/user_details/name"], put["/user_details/dob"] = quote(person.Name), quote(person.birth)
		put["/user_details/gender"], put["/user_details/mobile"] = quote(person.gender), quote(person.Mobile)
	}
	return put
}

func cashfreeGetDocument(x *exchange) reply {
	doc := cashfreeDocument(x.r.PathValue("document_type"))
	if doc == "" {
		return x.say(nil, "400/invalid-document-type-field")
	}
	j, wrong := cashfreeFinds(x)
	if wrong != nil {
		return *wrong
	}
	person, _, at := j.consent()
	put := values{"/verification_id": quote(j.id), "/reference_id": integer(j.reference)}
	switch {
	case j.is(x.now) == unused:
		return x.say(nil, "400/digilocker-url-expired")
	case j.is(x.now) == lapsed:
		return x.say(nil, "400/digilocker-session-expired")
	case person != nil && doc == kyc.Aadhaar && person.Aadhaar == "" && slices.Contains(j.requested, doc):
		return x.say(put, "200/aadhaar-not-linked")
	case !j.has(doc):
		return x.say(nil, "400/digilocker-consent-not-granted")
	case person.slow && x.now.Sub(at) < Validation:
		return x.say(nil, "202/validation-pending")
	case doc == kyc.PAN && person.mismatch:
		return x.say(nil, "400/user-detail-mismatch")
	}
	put["/xml_file"] = quote(x.link(j, file{doc, "zip"}))
	switch doc {
	case kyc.Aadhaar:
		if !person.published {
			cashfreeAadhaar(put, person.eAadhaar())
		}
		return x.say(put, "200/aadhaar")
	case kyc.PAN:
		if !person.published {
			card := person.panCard()
			put["/pan"], put["/dob"], put["/name_pan_card"] = quote(card.Number), quote(card.Birth), quote(strings.ToUpper(card.Name))
			put["/gender"] = quote(genders[card.Gender])
		}
		return x.say(put, "200/pan")
	default:
		if !person.published {
			cashfreeLicence(put, person.drivingLicence())
		}
		return x.say(put, "200/driving-license")
	}
}

// genders in words, as PAN and licence write them.
var genders = map[string]string{"M": "Male", "F": "Female", "T": "Transgender"}

func cashfreeAadhaar(put values, a papers.Aadhaar) {
	for pointer, text := range map[string]string{
		"/name": a.Name, "/dob": a.Birth, "/gender": a.Gender, "/care_of": a.CareOf, "/uid": "xxxxxxxx" + lastFour(a.UID), "/photo_link": a.Photo,
		"/split_address/house": a.House, "/split_address/street": a.Street, "/split_address/landmark": a.Landmark, "/split_address/vtc": a.City,
		"/split_address/po": a.PostOffice, "/split_address/subdist": a.SubDistrict, "/split_address/dist": a.District,
		"/split_address/state": a.State, "/split_address/pincode": a.PIN, "/split_address/country": a.Country,
	} {
		put[pointer] = quote(text)
	}
}

func cashfreeLicence(put values, l papers.Licence) {
	for pointer, text := range map[string]string{
		"/dl_number": l.Number, "/issued_at": l.IssuedBy, "/issue_date": l.IssuedOn, "/expiry_date": l.ExpiresOn, "/name": l.Name, "/dob": l.Birth,
		"/care_of": l.CareOf, "/present_address": l.Present, "/permanent_address": l.Permanent, "/gender": genders[l.Gender], "/photo_link": l.Photo,
	} {
		put[pointer] = quote(text)
	}
	b := []byte{'['}
	for i, c := range l.Categories {
		if i > 0 {
			b = append(b, ',')
		}
		b = fmt.Appendf(b, `{"class_of_vehicle":%s,"description":%s,"issue_date":%s}`, quote(c.Class), quote(c.Description), quote(c.IssuedOn))
	}
	put["/categories"] = append(b, ']')
}

// lastFour are the digits of a number that may be shown.
func lastFour(number string) string { return number[max(0, len(number)-4):] }

// cashfreePaper is the XML behind xml_file: of the published person what the
// published example says.
func cashfreePaper(p *provider, j *journey, doc kyc.Document, at time.Time) []byte {
	person, _, _ := j.consent()
	switch doc {
	case kyc.Aadhaar:
		a := person.eAadhaar()
		if x := p.answers["getDocument/200/aadhaar"]; person.published && x != nil {
			a = papers.Aadhaar{
				Name: x.at("/name"), Birth: x.at("/dob"), Gender: x.at("/gender"), UID: lastFour(x.at("/uid")), CareOf: x.at("/care_of"),
				House: x.at("/split_address/house"), Street: x.at("/split_address/street"), Landmark: x.at("/split_address/landmark"),
				City: x.at("/split_address/vtc"), PostOffice: x.at("/split_address/po"), SubDistrict: x.at("/split_address/subdist"),
				District: x.at("/split_address/dist"), State: x.at("/split_address/state"), PIN: x.at("/split_address/pincode"),
				Country: x.at("/split_address/country"), Photo: x.at("/photo_link"),
			}
		}
		return a.XML(at)
	case kyc.PAN:
		card := person.panCard()
		if x := p.answers["getDocument/200/pan"]; person.published && x != nil {
			card = papers.PAN{Number: x.at("/pan"), Name: x.at("/name_pan_card"), Birth: x.at("/dob"), Gender: x.at("/gender")[:1]}
		}
		return card.XML(at)
	default:
		l := person.drivingLicence()
		if x := p.answers["getDocument/200/driving-license"]; person.published && x != nil {
			l = papers.Licence{
				Number: x.at("/dl_number"), Name: x.at("/name"), Birth: x.at("/dob"), Gender: x.at("/gender")[:1], CareOf: x.at("/care_of"),
				IssuedBy: x.at("/issued_at"), IssuedOn: x.at("/issue_date"), ExpiresOn: x.at("/expiry_date"),
				Present: x.at("/present_address"), Permanent: x.at("/permanent_address"), Photo: x.at("/photo_link"),
				Categories: []papers.Category{{
					Class: x.at("/categories/0/class_of_vehicle"), Description: x.at("/categories/0/description"), IssuedOn: x.at("/categories/0/issue_date"),
				}},
			}
		}
		return l.XML(at)
	}
}

var (
	digits  = regexp.MustCompile(`^[0-9]+$`)
	mobiles = regexp.MustCompile(`^[0-9]{9,12}$`) // no rule is published; the examples have 9, 10 and 12 digits (CF-D2)
)

// The published numbers of people who have an account, besides Published's own.
var publishedMobiles = []string{"101340612345", "1234567899", "9988777666"}

func cashfreeVerifyAccount(x *exchange) reply {
	if wrong := x.badID(); wrong != nil {
		return *wrong
	}
	mobile, aadhaar := x.text("mobile_number"), x.text("aadhaar_number")
	switch {
	case x.missing("mobile_number") && x.missing("aadhaar_number"):
		return x.say(nil, "400/parameter-missing")
	case !x.missing("mobile_number") && !mobiles.MatchString(mobile):
		return x.say(nil, "400/invalid-mobile-number")
	case !x.missing("aadhaar_number") && (!digits.MatchString(aadhaar) || len(aadhaar) != 12):
		return x.say(nil, "400/invalid-aadhaar-format")
	}
	id := x.text("verification_id")
	if !x.store.addCheck(id) {
		return x.say(nil, "409/request-with-same-verification-id")
	}
	put := values{"/verification_id": quote(id), "/reference_id": integer(x.store.reference())}
	person := byNumber(mobile)
	if mobile == "" {
		person = byNumber(aadhaar)
		put["/aadhaar_number"] = quote("XXXXXXXX" + lastFour(aadhaar))
	} else {
		put["/mobile_number"] = plainNumber(mobile)
	}
	if person == nil && slices.Contains(publishedMobiles, mobile) {
		person = people[0]
	}
	if person == nil || !x.sim.member(person) {
		if mobile == "" {
			put["/mobile_number"] = nil // the one example of an account not found is of a mobile number
		}
		return x.say(put, "200/accountnotfound")
	}
	if !person.published {
		put["/digilocker_id"] = quote(accountID(person))
	}
	if mobile == "" {
		return x.say(put, "200/accountexistswithaadhaar")
	}
	return x.say(put, "200/accountexistswithmobile")
}

// plainNumber is a number of digits as JSON: without its leading zeros (CF-D1).
func plainNumber(digits string) []byte {
	digits = strings.TrimLeft(digits, "0")
	if digits == "" {
		digits = "0"
	}
	return []byte(digits)
}

// accountID is the same for the same person, and visibly made up.
func accountID(p *Person) string {
	return "00000000-0000-4000-8000-00" + p.Mobile
}

// cashfreeTells sends the webhook of the user's decision. Only the body of the
// success is published; a denial has the same with its own event and status.
func cashfreeTells(p *provider, j *journey) {
	to := p.sim.opts.WebhookURL
	example := p.others["createURL/webhook/success"]
	if to == "" || example == nil {
		return
	}
	j = j.snapshot()
	wall := p.sim.opts.Now()
	put := values{"/event_time": quote(wall.UTC().Format(time.RFC3339))}
	for pointer, value := range cashfreeStatus(j, p.sim.Now()) {
		put["/data"+pointer] = value
	}
	if j.is(p.sim.Now()) == denied {
		put["/event_type"], put["/data/user_details"] = quote("DIGILOCKER_VERIFICATION_CONSENT_DENIED"), []byte("{}")
		put["/data/document_consent"], put["/data/document_consent_validity"] = []byte("null"), []byte("null")
	}
	body := example.appendTo(nil, put)
	err := p.send(to, body, wall)
	if failed := new(url.Error); errors.As(err, &failed) {
		err = failed.Err // without the URL, in which there may be a secret
	}
	if err != nil {
		p.sim.opts.Logger.Warn("the webhook was not received", "provider", p.Provider, "error", err)
	}
}

// send posts a webhook, signed by the scheme of the headers (CF-D22).
func (p *provider) send(to string, body []byte, now time.Time) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return err
	}
	timestamp := strconv.FormatInt(now.UnixMilli(), 10)
	mac := hmac.New(sha256.New, []byte(CashfreeClientSecret))
	mac.Write([]byte(timestamp))
	mac.Write(body)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("x-webhook-timestamp", timestamp)
	r.Header.Set("x-webhook-signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	resp, err := p.sim.opts.HTTPClient.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxBody)) // so that the connection can be used again
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("HTTP %d", resp.StatusCode)
	}
	return nil
}
