package cashfree

import (
	"bytes"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/simulator"
	"example.com/digilocker/contract/simulator/papers"
)

// The credentials that the simulator takes. They are no secrets and open nothing
// else.
const (
	SimulatorClientID     = "simulator-client"
	SimulatorClientSecret = "cashfree-simulator-secret-opens-nothing" // webhooks are signed with it
)

// behaviour checks in this order: headers, signature, then the members in the order
// of Cashfree's pages.
var behaviour = simulator.Behaviour{
	Credentials: []simulator.Credential{
		{Name: "x-client-id", Value: SimulatorClientID}, {Name: "x-client-secret", Value: SimulatorClientSecret},
	},
	Refuse:      refuse,
	Operations:  operations,
	Variants:    variants,
	Unpublished: unpublished,
	Causes: map[string][]string{
		"no balance":                     {"422/insufficient-balance"},
		"foreign address":                {"403/ip-not-whitelisted"},
		"rate limit of the address":      {"429/rate-limit-error-per-ip"},
		"test credentials in production": {"400/using-test-credentials-in-prod"},
		"source outage":                  {"502/bad-gateway"},
	},
	Limits: map[string]string{"X-RateLimit-Limit": "200", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": ""},
	Back: func(_ *simulator.Service, j *simulator.Journey) string {
		return "verification_id=" + url.QueryEscape(j.ID)
	},
	Decided: tell,
	Paper:   paper,
	Curl: func(base string, _ time.Time) []string {
		return []string{
			base + "/digilocker",
			"-H", "x-client-id: " + SimulatorClientID, "-H", "x-client-secret: " + SimulatorClientSecret,
			"--json", `{"verification_id":"order-42","document_requested":["AADHAAR","PAN","DRIVING_LICENSE"],` +
				`"redirect_url":"https://shop.example/back","user_flow":"signin"}`,
		}
	},
}

var operations = map[string]func(*simulator.Exchange) simulator.Reply{
	"createURL":     createURL,
	"getStatus":     getStatus,
	"verifyAccount": verifyAccount,
	"getDocument":   getDocument,
}

// documentWords are Cashfree's names of the documents.
var documentWords = map[kyc.Document]string{
	kyc.Aadhaar: "AADHAAR", kyc.PAN: "PAN", kyc.DrivingLicence: "DRIVING_LICENSE",
}

func documentOf(word string) kyc.Document {
	for doc, w := range documentWords {
		if w == word {
			return doc
		}
	}
	return ""
}

// refuse checks the credentials and, where there is a key for it, the second factor.
func refuse(x *simulator.Exchange) *simulator.Reply {
	id, secret := x.Request.Header.Get("x-client-id"), x.Request.Header.Get("x-client-secret")
	key := x.Options().SignatureKey
	var r simulator.Reply
	switch {
	case id == "" || secret == "":
		r = x.Say(nil, "400/client-id-client-secret-in-missing")
		if r.Example == nil { // verifyAccount documents none
			r = x.Borrow("createURL/400/client-id-client-secret-in-missing", 0)
		}
	case id != SimulatorClientID || secret != SimulatorClientSecret:
		r = x.Say(nil, "401/invalid-client-id-and-client-secret-combination")
	case key != nil && !signed(key, x.Request.Header.Get("x-cf-signature"), id, x.Options().Now()):
		r = x.Say(nil, "403/x-cf-signature-header-missing") // none is published for one that is wrong or old
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
	return err == nil && string(who) == id && now.Sub(time.Unix(at, 0)).Abs() <= simulator.Skew
}

var validID = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

// badID is what is wrong with the verification_id of the body. The length is
// documented for verifyAccount alone and answered alike here (CF-D18).
func badID(x *simulator.Exchange) *simulator.Reply {
	id := x.Text("verification_id")
	var r simulator.Reply
	switch {
	case x.Missing("verification_id") || string(x.Body["verification_id"]) == `""`:
		r = x.Say(nil, "400/verification-id-missing")
	case !validID.MatchString(id):
		r = x.Say(nil, "400/verification-id-with-special-chars")
	case len(id) > 50:
		r = x.Borrow("verifyAccount/400/verification-id-character-limit-exceeded", 0)
	default:
		return nil
	}
	return &r
}

func createURL(x *simulator.Exchange) simulator.Reply {
	if wrong := badID(x); wrong != nil {
		return *wrong
	}
	words, listed := x.Texts("document_requested")
	flow, redirect := x.Text("user_flow"), x.Text("redirect_url")
	var docs []kyc.Document
	for _, w := range words {
		docs = append(docs, documentOf(w))
	}
	switch {
	case x.Missing("document_requested"):
		return x.Say(nil, "400/document-requested-missing")
	case listed && len(words) == 0:
		return x.Say(nil, "400/document-requested-empty")
	case !listed || slices.Contains(docs, ""):
		return x.Say(nil, "400/invalid-document-requested")
	case len(slices.Compact(slices.Sorted(slices.Values(words)))) < len(words):
		return x.Say(nil, "400/duplicate-document-requested")
	case !x.Missing("user_flow") && flow != "signin" && flow != "signup":
		return x.Say(nil, "400/invalid-user-flow")
	case !x.Missing("redirect_url") && !strings.HasPrefix(redirect, "https"):
		return x.Say(nil, "400/invalid-redirection-url-without-https-prefix")
	case !x.Missing("redirect_url") && !simulator.WebAddress(redirect):
		return x.Say(nil, "400/invalid-redirection-url-with-https-prefix")
	}
	j := x.Start(x.Text("verification_id"), redirect, docs, flow)
	if j == nil {
		return x.Say(nil, "409/request-with-same-verification-id")
	}
	put := simulator.Values{
		"/verification_id": simulator.Quote(j.ID), "/reference_id": simulator.Integer(j.Reference),
		"/url": simulator.Quote(j.ConsentURL()), "/document_requested": simulator.QuoteAll(words),
		"/redirect_url": nil, "/user_flow": simulator.Quote(flow),
	}
	if redirect != "" {
		put["/redirect_url"] = simulator.Quote(redirect)
	}
	if flow == "" {
		return x.Say(put, "200/success-in-a25") // which has no user_flow
	}
	return x.Say(put, "200/success")
}

// find is the journey that the query names, or what is wrong with it. Of two ids
// that disagree, neither counts.
func find(x *simulator.Exchange) (*simulator.Journey, *simulator.Reply) {
	id, reference := x.Query.Get("verification_id"), x.Query.Get("reference_id")
	number, err := strconv.ParseInt(reference, 10, 64)
	var r simulator.Reply
	j := x.Find(id)
	if id == "" {
		j = x.FindReference(number)
	}
	switch {
	case id == "" && reference == "":
		r = x.Say(nil, "400/request-params-missing")
	case id != "" && j == nil:
		r = x.Say(nil, "404/validation-id-not-found")
	case reference != "" && (err != nil || j == nil || j.Reference != number):
		r = x.Say(nil, "404/reference-id-not-found")
	default:
		return j, nil
	}
	return nil, &r
}

func getStatus(x *simulator.Exchange) simulator.Reply {
	j, wrong := find(x)
	if wrong != nil {
		return *wrong
	}
	return x.Say(statusValues(j), statusExamples(j)...)
}

// statusExamples are those of getStatus for what became of j.
func statusExamples(j *simulator.Journey) []string {
	switch {
	case j.Person == nil:
		return []string{"200/pending", "200/pending-in-cur"}
	case j.Person.Aadhaar == "":
		return []string{"200/eaadhaar-is-n"}
	case j.State == simulator.ConsentExpired:
		return []string{"200/expired"}
	default:
		return []string{"200/authenticated"}
	}
}

// statusValues are those of a journey in getStatus and, below /data, in a webhook.
func statusValues(j *simulator.Journey) simulator.Values {
	put := simulator.Values{
		"/verification_id": simulator.Quote(j.ID), "/reference_id": simulator.Integer(j.Reference),
		"/document_requested": simulator.QuoteAll(simulator.Words(documentWords, j.Requested)),
	}
	switch j.State {
	case simulator.LinkExpired, simulator.ConsentExpired:
		put["/status"] = simulator.Quote("EXPIRED")
	case simulator.Denied:
		put["/status"] = simulator.Quote("CONSENT_DENIED") // documented without an example
	}
	person := j.Person
	if person == nil {
		return put
	}
	put["/document_consent"] = simulator.QuoteAll(simulator.Words(documentWords, j.Shared))
	if person.Aadhaar == "" {
		put["/user_details/eaadhaar"] = simulator.Quote("N")
		if person.Published || len(j.Shared) == 0 { // as the example of such an account has it
			put["/document_consent"] = []byte("null")
		}
	}
	put["/document_consent_validity"] = simulator.Quote(j.At.Add(simulator.ConsentLife).UTC().Format(time.RFC3339))
	if !person.Published {
		put.Texts("/user_details/", map[string]string{
			"name": person.Name, "dob": person.Birth, "gender": person.Gender, "mobile": person.Mobile,
		})
	}
	return put
}

func getDocument(x *simulator.Exchange) simulator.Reply {
	doc := documentOf(x.Request.PathValue("document_type"))
	if doc == "" {
		return x.Say(nil, "400/invalid-document-type-field")
	}
	j, wrong := find(x)
	if wrong != nil {
		return *wrong
	}
	person := j.Person
	put := simulator.Values{"/verification_id": simulator.Quote(j.ID), "/reference_id": simulator.Integer(j.Reference)}
	switch {
	case j.State == simulator.LinkExpired:
		return x.Say(nil, "400/digilocker-url-expired")
	case j.State == simulator.ConsentExpired:
		return x.Say(nil, "400/digilocker-session-expired")
	case person != nil && doc == kyc.Aadhaar && person.Aadhaar == "" && slices.Contains(j.Requested, doc):
		return x.Say(put, "200/aadhaar-not-linked")
	case !j.Has(doc):
		return x.Say(nil, "400/digilocker-consent-not-granted")
	case person.Slow && x.Now.Sub(j.At) < simulator.Validation:
		return x.Say(nil, "202/validation-pending")
	case doc == kyc.PAN && person.Mismatch:
		return x.Say(nil, "400/user-detail-mismatch")
	}
	put["/xml_file"] = simulator.Quote(x.Link(j, doc, "zip"))
	switch doc {
	case kyc.Aadhaar:
		if !person.Published {
			putAadhaar(put, person.EAadhaar())
		}
		return x.Say(put, "200/aadhaar")
	case kyc.PAN:
		if !person.Published {
			card := person.PANCard()
			put.Texts("/", map[string]string{
				"pan": card.Number, "dob": card.Birth, "name_pan_card": strings.ToUpper(card.Name),
				"gender": papers.Gender(card.Gender),
			})
		}
		return x.Say(put, "200/pan")
	default:
		if !person.Published {
			putLicence(put, person.DrivingLicence())
		}
		return x.Say(put, "200/driving-license")
	}
}

func putAadhaar(put simulator.Values, a papers.Aadhaar) {
	put.Texts("/", map[string]string{
		"name": a.Name, "dob": a.Birth, "gender": a.Gender, "care_of": a.CareOf, "uid": "xxxxxxxx" + papers.LastFour(a.UID),
		"photo_link": a.Photo,
	})
	put.Texts("/split_address/", map[string]string{
		"house": a.House, "street": a.Street, "landmark": a.Landmark, "vtc": a.City, "po": a.PostOffice,
		"subdist": a.SubDistrict, "dist": a.District, "state": a.State, "pincode": a.PIN, "country": a.Country,
	})
}

func putLicence(put simulator.Values, l papers.Licence) {
	put.Texts("/", map[string]string{
		"dl_number": l.Number, "issued_at": l.IssuedBy, "issue_date": l.IssuedOn, "expiry_date": l.ExpiresOn, "name": l.Name,
		"dob": l.Birth, "care_of": l.CareOf, "present_address": l.Present, "permanent_address": l.Permanent,
		"gender": papers.Gender(l.Gender), "photo_link": l.Photo,
	})
	b := []byte{'['}
	for i, c := range l.Categories {
		if i > 0 {
			b = append(b, ',')
		}
		b = fmt.Appendf(b, `{"class_of_vehicle":%s,"description":%s,"issue_date":%s}`,
			simulator.Quote(c.Class), simulator.Quote(c.Description), simulator.Quote(c.IssuedOn))
	}
	put["/categories"] = append(b, ']')
}

// paper is the XML behind xml_file: of the published person what the published
// example says.
func paper(s *simulator.Service, j *simulator.Journey, doc kyc.Document, at time.Time) []byte {
	switch doc {
	case kyc.Aadhaar:
		a := j.Person.EAadhaar()
		if x := s.Example("getDocument/200/aadhaar"); j.Person.Published && x != nil {
			a = papers.Aadhaar{
				Name: x.Text("/name"), Birth: x.Text("/dob"), Gender: x.Text("/gender"), UID: papers.LastFour(x.Text("/uid")),
				CareOf: x.Text("/care_of"), House: x.Text("/split_address/house"), Street: x.Text("/split_address/street"),
				Landmark: x.Text("/split_address/landmark"), City: x.Text("/split_address/vtc"),
				PostOffice: x.Text("/split_address/po"), SubDistrict: x.Text("/split_address/subdist"),
				District: x.Text("/split_address/dist"), State: x.Text("/split_address/state"),
				PIN: x.Text("/split_address/pincode"), Country: x.Text("/split_address/country"), Photo: x.Text("/photo_link"),
			}
		}
		return a.XML(at)
	case kyc.PAN:
		card := j.Person.PANCard()
		if x := s.Example("getDocument/200/pan"); j.Person.Published && x != nil {
			card = papers.PAN{
				Number: x.Text("/pan"), Name: x.Text("/name_pan_card"), Birth: x.Text("/dob"), Gender: initial(x.Text("/gender")),
			}
		}
		return card.XML(at)
	default:
		l := j.Person.DrivingLicence()
		if x := s.Example("getDocument/200/driving-license"); j.Person.Published && x != nil {
			l = papers.Licence{
				Number: x.Text("/dl_number"), Name: x.Text("/name"), Birth: x.Text("/dob"), Gender: initial(x.Text("/gender")),
				CareOf: x.Text("/care_of"), IssuedBy: x.Text("/issued_at"), IssuedOn: x.Text("/issue_date"),
				ExpiresOn: x.Text("/expiry_date"), Present: x.Text("/present_address"), Permanent: x.Text("/permanent_address"),
				Photo: x.Text("/photo_link"),
				Categories: []papers.Category{{
					Class: x.Text("/categories/0/class_of_vehicle"), Description: x.Text("/categories/0/description"),
					IssuedOn: x.Text("/categories/0/issue_date"),
				}},
			}
		}
		return l.XML(at)
	}
}

// initial is the first letter of a gender's word.
func initial(word string) string { return word[:min(1, len(word))] }

var (
	digits  = regexp.MustCompile(`^[0-9]+$`)
	mobiles = regexp.MustCompile(`^[0-9]{9,12}$`) // published are 9, 10 and 12 digits, and no rule (CF-D2)
)

// The published numbers of people who have an account: that of the person
// simulator.Published, and others.
const publishedOwn = "9999999999"

var publishedMobiles = []string{"101340612345", "1234567899", "9988777666"}

func verifyAccount(x *simulator.Exchange) simulator.Reply {
	if wrong := badID(x); wrong != nil {
		return *wrong
	}
	mobile, aadhaar := x.Text("mobile_number"), x.Text("aadhaar_number")
	switch {
	case x.Missing("mobile_number") && x.Missing("aadhaar_number"):
		return x.Say(nil, "400/parameter-missing")
	case !x.Missing("mobile_number") && !mobiles.MatchString(mobile):
		return x.Say(nil, "400/invalid-mobile-number")
	case !x.Missing("aadhaar_number") && (!digits.MatchString(aadhaar) || len(aadhaar) != 12):
		return x.Say(nil, "400/invalid-aadhaar-format")
	}
	id := x.Text("verification_id")
	reference, free := x.Check(id)
	if !free {
		return x.Say(nil, "409/request-with-same-verification-id")
	}
	put := simulator.Values{"/verification_id": simulator.Quote(id), "/reference_id": simulator.Integer(reference)}
	person := simulator.FindPerson(mobile)
	if mobile == "" {
		person = simulator.FindPerson(aadhaar)
		put["/aadhaar_number"] = simulator.Quote("XXXXXXXX" + papers.LastFour(aadhaar))
	} else {
		put["/mobile_number"] = plainNumber(mobile)
	}
	if person == nil && slices.Contains(publishedMobiles, mobile) {
		person = simulator.FindPerson(publishedOwn)
	}
	if person == nil || !x.HasAccount(person) {
		if mobile == "" {
			put["/mobile_number"] = nil // the one example of an account not found is of a mobile number
		}
		return x.Say(put, "200/accountnotfound")
	}
	if !person.Published {
		put["/digilocker_id"] = simulator.Quote(person.AccountID())
	}
	if mobile == "" {
		return x.Say(put, "200/accountexistswithaadhaar")
	}
	return x.Say(put, "200/accountexistswithmobile")
}

// plainNumber is a number of digits as JSON: without its leading zeros (CF-D1).
func plainNumber(digits string) []byte {
	digits = strings.TrimLeft(digits, "0")
	if digits == "" {
		digits = "0"
	}
	return []byte(digits)
}

// tell sends the webhook of the user's decision, signed by the scheme of its headers
// (CF-D22). Only the body of the success is published; a denial has the same with its
// own event and status.
func tell(s *simulator.Service, j *simulator.Journey, _ time.Time) {
	example := s.Example("createURL/webhook/success")
	if example == nil {
		return
	}
	now := s.Options().Now()
	put := simulator.Values{"/event_time": simulator.Quote(now.UTC().Format(time.RFC3339))}
	for pointer, value := range statusValues(j) {
		put["/data"+pointer] = value
	}
	if j.State == simulator.Denied {
		put["/event_type"] = simulator.Quote("DIGILOCKER_VERIFICATION_CONSENT_DENIED")
		put["/data/user_details"] = []byte("{}")
		put["/data/document_consent"], put["/data/document_consent_validity"] = []byte("null"), []byte("null")
	}
	body := example.JSON(put)
	timestamp := strconv.FormatInt(now.UnixMilli(), 10)
	mac := hmac.New(sha256.New, []byte(SimulatorClientSecret))
	mac.Write([]byte(timestamp))
	mac.Write(body)
	header := http.Header{}
	header.Set("x-webhook-timestamp", timestamp)
	header.Set("x-webhook-signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	s.Notify(body, header)
}
