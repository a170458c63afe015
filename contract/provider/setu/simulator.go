package setu

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/simulator"
	"example.com/digilocker/contract/simulator/papers"
)

// The credentials that the simulator takes. They are no secrets and open nothing
// else.
const (
	SimulatorClientID          = "simulator-client"
	SimulatorClientSecret      = "setu-simulator-secret-opens-nothing"
	SimulatorProductInstanceID = "00000000-0000-4000-8000-000000000000"
)

// RequestLife is how long the simulator keeps a request that was consented to, counted
// from then. A file's link may outlive it, as one at a file store
// does.
const RequestLife = 48 * time.Hour

// behaviour has no word for a journey that the user refused: it stays unauthenticated.
// A request that nobody consented to vanishes with its link, any other after
// RequestLife.
var behaviour = simulator.Behaviour{
	Credentials: []simulator.Credential{
		{Name: "x-client-id", Value: SimulatorClientID}, {Name: "x-client-secret", Value: SimulatorClientSecret},
		{Name: "x-product-instance-id", Value: SimulatorProductInstanceID},
	},
	Slash:       true, // SE-D2
	Refuse:      refuse,
	Variants:    variants,
	Unpublished: unpublished,
	Operations: map[string]func(*simulator.Exchange) simulator.Reply{
		"createRequest": createRequest,
		"getStatus":     getStatus,
		"listDocuments": listDocuments,
		"fetchDocument": fetchDocument,
		"getAadhaar":    getAadhaar,
		"revoke":        revoke,
	},
	Causes: map[string][]string{
		"processing error":             {"500/error-while-processing-request"},
		"upstream error":               {"default/upstream-server-error"},
		"upstream error without data":  {"default/upstream-server-error-without-aadhaar"},
		"internal error":               {"default/internal-server-error"},
		"no XML":                       {"500/get-xml-failed"},
		"unreadable Aadhaar":           {"default/unwrap-aadhaar-failed"},
		"no Aadhaar data":              {"default/aadhaar-not-available"},
		"document repository outage":   {"default/document-repository-service-error"},
		"partner outage":               {"default/partner-service-error"},
		"invalid answer of the issuer": {"default/invalid-response-from-issuer"},
		"no URI":                       {"default/bad-request-without-uri"},
		"match key that is no UUID":    {"default/invalid-match-key"},
	},
	Back:  back,
	Paper: paper,
	Curl: func(base string, _ time.Time) []string {
		return []string{
			base + "/api/digilocker",
			"-H", "x-client-id: " + SimulatorClientID, "-H", "x-client-secret: " + SimulatorClientSecret,
			"-H", "x-product-instance-id: " + SimulatorProductInstanceID,
			"--json", `{"redirectUrl":"https://shop.example/back"}`,
		}
	},
}

// documentWords are Setu's names of the documents, as its redirect has them.
var documentWords = map[kyc.Document]string{kyc.Aadhaar: "ADHAR", kyc.PAN: "PANCR", kyc.DrivingLicence: "DRVLC"}

// refuse answers wrong credentials as missing ones, for which alone a body is
// published, and that without its status.
func refuse(x *simulator.Exchange) *simulator.Reply {
	h := x.Request.Header
	if h.Get("x-client-id") == SimulatorClientID && h.Get("x-client-secret") == SimulatorClientSecret &&
		h.Get("x-product-instance-id") == SimulatorProductInstanceID {
		return nil
	}
	r := x.Borrow("createRequest/default/vault-secret-error", http.StatusUnauthorized)
	return &r
}

// ist is the zone of the published times.
var ist = time.FixedZone("IST", 5*60*60+30*60)

func istTime(t time.Time) json.RawMessage { return simulator.Quote(t.In(ist).Format(time.RFC3339)) }

func createRequest(x *simulator.Exchange) simulator.Reply {
	redirect, kind := x.Text("redirectUrl"), x.Text("docType")
	switch {
	case redirect == "" || !x.Missing("docType") && kind != documentWords[kyc.DrivingLicence]:
		return x.Say(nil, "400/invalid-payload")
	case !simulator.WebAddress(redirect):
		return x.Say(nil, "400/example")
	}
	docs := []kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence}
	if kind != "" {
		docs = docs[2:]
	}
	j := x.Start(freshID(x).String(), redirect, docs, "")
	if j == nil {
		panic("simulator: Options.Random gave the same id twice")
	}
	return x.Say(simulator.Values{
		"/id": simulator.Quote(j.ID), "/url": simulator.Quote(j.ConsentURL()),
		"/validUpto": istTime(j.Created.Add(simulator.LinkLife)),
	}, "201/example", "200/unauthenticated")
}

// freshID is a random UUID.
func freshID(x *simulator.Exchange) uuid.UUID {
	id, err := uuid.NewRandomFromReader(x.Options().Random)
	if err != nil {
		panic(fmt.Sprintf("simulator: Options.Random: %v", err))
	}
	return id
}

// find is the request of the path, nil if there is none or it has vanished.
func find(x *simulator.Exchange) *simulator.Journey {
	j := x.Find(x.Request.PathValue("requestId"))
	if j == nil || x.Now.After(end(j)) {
		return nil
	}
	return j
}

// end is when a request vanishes.
func end(j *simulator.Journey) time.Time {
	if j.Person != nil {
		return j.At.Add(RequestLife)
	}
	return j.Created.Add(simulator.LinkLife)
}

func getStatus(x *simulator.Exchange) simulator.Reply {
	j := find(x)
	if j == nil {
		return x.Say(nil, "404/request-not-found")
	}
	put := simulator.Values{
		"/id": simulator.Quote(j.ID), "/url": simulator.Quote(j.ConsentURL()), "/validUpto": istTime(end(j)),
		"/traceId": simulator.Quote(traceID(x.Now, freshID(x))),
	}
	person := j.Person
	switch {
	case person == nil:
		put["/status"], put["/digilockerUserDetails"] = simulator.Quote("unauthenticated"), []byte("{}")
	case j.State == simulator.Revoked:
		put["/status"] = simulator.Quote("revoked")
	}
	if person != nil && !person.Published {
		put.Texts("/digilockerUserDetails/", map[string]string{
			"digilockerId": "DL-" + person.AccountID(), "email": person.Key + "@example.invalid", "phoneNumber": person.Mobile,
		})
	}
	return x.Say(put, "200/example", "200/authenticated", "200/authenticated-before-march-2024")
}

// traceID has the form of the published ones: a time and a random part.
func traceID(now time.Time, id uuid.UUID) string {
	const hex = "0123456789abcdef"
	b := []byte("1-00000000-")
	for i, n := 9, uint32(now.Unix()); i >= 2; i, n = i-1, n>>4 {
		b[i] = hex[n&15]
	}
	for _, c := range id[:12] {
		b = append(b, hex[c>>4], hex[c&15])
	}
	return string(b)
}

func listDocuments(x *simulator.Exchange) simulator.Reply {
	return x.Say(nil, "200/example", "200/two-parameters")
}

// unready is what stands in the way of reading anything of j.
func unready(x *simulator.Exchange, j *simulator.Journey) *simulator.Reply {
	var r simulator.Reply
	how := simulator.Pending
	if j != nil {
		how = j.State
	}
	switch {
	case j == nil:
		r = x.Say(nil, "404/request-not-found")
	case how == simulator.Revoked:
		r = x.Say(nil, "401/example")
	case how == simulator.ConsentExpired:
		r = x.Say(nil, "default/invalid-token")
	case how == simulator.Denied:
		r = x.Say(nil, "default/invalid-grant")
	case how == simulator.Pending:
		r = x.Borrow("getAadhaar/401/user-not-authenticated", 0) // fetchDocument documents none
	default:
		return nil
	}
	return &r
}

func getAadhaar(x *simulator.Exchange) simulator.Reply {
	j := find(x)
	if wrong := unready(x, j); wrong != nil {
		return *wrong
	}
	person := j.Person
	switch {
	case person.Aadhaar == "":
		return x.Say(nil, "400/aadhaar-not-linked")
	case !j.Has(kyc.Aadhaar):
		return x.Say(nil, "default/user-consent-not-given")
	}
	put := simulator.Values{
		"/id":                     simulator.Quote(j.ID),
		"/aadhaar/generatedAt":    simulator.Quote(x.Now.In(ist).Format("2006-01-02T15:04:05.000-07:00")),
		"/aadhaar/xml/fileUrl":    simulator.Quote(x.Link(j, kyc.Aadhaar, "xml")),
		"/aadhaar/xml/validUntil": istTime(x.Now.Add(simulator.FileLife)),
	}
	if !person.Published {
		a := person.EAadhaar()
		put.Texts("/aadhaar/", map[string]string{
			"name": a.Name, "dateOfBirth": a.Birth, "gender": a.Gender, "maskedNumber": "xxxx-xxxx-" + papers.LastFour(a.UID),
			"photo": a.Photo,
		})
		put.Texts("/aadhaar/address/", map[string]string{
			"careOf": a.CareOf, "house": a.House, "street": a.Street, "landmark": a.Landmark, "locality": a.Locality,
			"vtc": a.City, "postOffice": a.PostOffice, "subDistrict": a.SubDistrict, "district": a.District, "state": a.State,
			"pin": a.PIN, "country": a.Country,
		})
	}
	return x.Say(put, "200/example")
}

// fetchable is a document that fetchDocument can have made.
type fetchable struct {
	kyc        kyc.Document // "" for one of the catalogue
	formats    []string
	parameters []string
	issuer     string // orgId; "" for any
}

// fetchables are those that the publications mention. The catalogue shows the
// first two; without AC_NO and MemberName there is no passbook (SE-D21). ADHAR and
// AADHAAR stand in published requests, though this operation is for all but
// Aadhaar (SE-D5).
var fetchables = map[string]fetchable{
	"PECER":   {issuer: "002317", formats: []string{"pdf"}, parameters: []string{"AC_NO"}},
	"PRFND":   {issuer: "002317", formats: []string{"pdf"}, parameters: []string{"AC_NO", "MemberName"}},
	"DRVLC":   {kyc: kyc.DrivingLicence, formats: []string{"pdf", "xml"}},
	"PANCR":   {kyc: kyc.PAN, formats: []string{"pdf", "xml"}},
	"ADHAR":   {kyc: kyc.Aadhaar, formats: []string{"pdf", "xml"}},
	"AADHAAR": {kyc: kyc.Aadhaar, formats: []string{"pdf", "xml"}},
}

var organisations = regexp.MustCompile(`^[0-9]{6}$`)

func fetchDocument(x *simulator.Exchange) simulator.Reply {
	j := find(x)
	if wrong := unready(x, j); wrong != nil {
		return *wrong
	}
	name, format, issuer := x.Text("docType"), x.Text("format"), x.Text("orgId")
	var parameters []struct{ Name, Value string }
	_ = json.Unmarshal(x.Body["parameters"], &parameters) // what is no list has none
	given := map[string]bool{}
	for _, p := range parameters {
		given[p.Name] = p.Value != ""
	}
	doc, known := fetchables[name]
	person := j.Person
	switch {
	case name == "" || format == "" || x.Missing("consent"):
		return x.Say(nil, "400/example")
	case x.Text("consent") != "Y":
		return x.Say(nil, "400/consent-not-given", "default/consent-not-given")
	case !known || !slices.Contains(doc.formats, format):
		return x.Say(nil, "default/bad-request-malformed")
	case doc.kyc != kyc.Aadhaar && (!organisations.MatchString(issuer) || doc.issuer != "" && doc.issuer != issuer):
		return x.Say(nil, "default/bad-request-without-orgid")
	case slices.ContainsFunc(doc.parameters, func(p string) bool { return !given[p] }):
		return x.Say(nil, "400/example")
	case person.Aadhaar == "" && (doc.kyc == "" || doc.kyc == kyc.Aadhaar): // shown for a passbook (SE-D20)
		return x.Say(nil, "400/aadhaar-not-linked")
	case doc.kyc != "" && !person.Has(doc.kyc):
		return x.Say(nil, "default/invalid-uri")
	case doc.kyc != "" && !j.Has(doc.kyc):
		return x.Say(nil, "default/user-consent-not-given")
	case doc.kyc == kyc.PAN && person.Mismatch:
		return x.Say(nil, "default/customer-detail-mismatch")
	}
	kind := doc.kyc
	if kind == "" {
		kind = kyc.Document(name)
	}
	put := simulator.Values{
		"/fileUrl":   simulator.Quote(x.Link(j, kind, format)),
		"/validUpto": istTime(x.Now.Add(simulator.FileLife)),
	}
	if name == "DRVLC" {
		return x.Say(put, "200/driving-licence")
	}
	return x.Say(put, "200/example")
}

// revoke answers a second revocation as one before consent: the user is not
// authenticated.
func revoke(x *simulator.Exchange) simulator.Reply {
	j := find(x)
	switch {
	case j == nil:
		return x.Say(nil, "404/request-not-found")
	case !x.Revoke(j):
		return x.Say(nil, "401/user-not-authenticated")
	}
	return x.Say(nil, "200/example")
}

// back fills the published template of the redirect.
func back(s *simulator.Service, j *simulator.Journey) string {
	old := s.Example("createRequest/redirect/consented-before-december-2024")
	older := old != nil && j.Source == old.Source
	name := "failed"
	switch {
	case j.Person == nil && older:
		name = "failed-before-december-2024"
	case j.Person == nil:
	case older:
		name = "consented-before-december-2024"
	default:
		name = "nothing-selected"
	}
	_, query, _ := strings.Cut(s.Example("createRequest/redirect/"+name).Text(""), "?")
	query = strings.NewReplacer(
		"{True}", "True", "{False}", "False", "{true}", "true", "{false}", "false",
		"{Digilocker_request.id}", j.ID, "Digilocker_request.id", j.ID,
		"{code}", "access_denied", "{message}", url.QueryEscape("User denied"), // no code is published
	).Replace(query)
	if name == "nothing-selected" {
		query += url.QueryEscape(strings.Join(simulator.Words(documentWords, j.Shared), "+"))
	}
	return query
}

// paper is the XML behind a file's link: of the published person what the published
// example says. There is none of the catalogue's documents.
func paper(s *simulator.Service, j *simulator.Journey, doc kyc.Document, at time.Time) []byte {
	switch doc {
	case kyc.Aadhaar:
		a := j.Person.EAadhaar()
		if x := s.Example("getAadhaar/200/example"); j.Person.Published && x != nil {
			a = papers.Aadhaar{
				Name: x.Text("/aadhaar/name"), Birth: x.Text("/aadhaar/dateOfBirth"), Gender: x.Text("/aadhaar/gender"),
				UID: papers.LastFour(x.Text("/aadhaar/maskedNumber")), CareOf: x.Text("/aadhaar/address/careOf"),
				House: x.Text("/aadhaar/address/house"), Locality: x.Text("/aadhaar/address/locality"),
				City: x.Text("/aadhaar/address/vtc"), District: x.Text("/aadhaar/address/district"),
				State: x.Text("/aadhaar/address/state"), PIN: x.Text("/aadhaar/address/pin"),
				Country: x.Text("/aadhaar/address/country"),
			}
		}
		return a.XML(at)
	case kyc.PAN:
		return j.Person.PANCard().XML(at)
	case kyc.DrivingLicence:
		return j.Person.DrivingLicence().XML(at)
	default:
		return nil
	}
}
