package simulator

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/simulator/internal/papers"
)

// setu has no word for a journey that the user refused: it stays unauthenticated.
// A request that nobody consented to vanishes with its link, any other after
// RequestLife.
var setu = behaviour{
	title:       "Setu",
	credentials: []credential{{"x-client-id", SetuClientID}, {"x-client-secret", SetuClientSecret}, {"x-product-instance-id", SetuProductInstanceID}},
	slash:       true, // SE-D2
	refuse:      setuRefuses,
	operations: map[string]func(*exchange) reply{
		"createRequest": setuCreateRequest,
		"getStatus":     setuGetStatus,
		"listDocuments": setuListDocuments,
		"fetchDocument": setuFetchDocument,
		"getAadhaar":    setuGetAadhaar,
		"revoke":        setuRevoke,
	},
	causes: map[string][]string{
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
	offers: func(j *journey) []kyc.Document { return j.requested },
	back:   setuBack,
	paper:  setuPaper,
	curl: func(base string, _ time.Time) []string {
		return []string{
			base + "/setu/api/digilocker", "-H", "x-client-id: " + SetuClientID, "-H", "x-client-secret: " + SetuClientSecret,
			"-H", "x-product-instance-id: " + SetuProductInstanceID, "--json", `{"redirectUrl":"https://shop.example/back"}`,
		}
	},
}

// setuWords are Setu's names of the documents, as its redirect has them.
var setuWords = map[kyc.Document]string{kyc.Aadhaar: "ADHAR", kyc.PAN: "PANCR", kyc.DrivingLicence: "DRVLC"}

// setuRefuses answers wrong credentials as missing ones, for which alone a body is
// published, and that without its status.
func setuRefuses(x *exchange) *reply {
	h := x.r.Header
	if h.Get("x-client-id") == SetuClientID && h.Get("x-client-secret") == SetuClientSecret && h.Get("x-product-instance-id") == SetuProductInstanceID {
		return nil
	}
	r := x.borrow("createRequest/default/vault-secret-error", http.StatusUnauthorized)
	return &r
}

// ist is the zone of the published times.
var ist = time.FixedZone("IST", 5*60*60+30*60)

func setuTime(t time.Time) json.RawMessage { return quote(t.In(ist).Format(time.RFC3339)) }

func setuCreateRequest(x *exchange) reply {
	redirect, kind := x.text("redirectUrl"), x.text("docType")
	switch {
	case redirect == "" || !x.missing("docType") && kind != setuWords[kyc.DrivingLicence]:
		return x.say(nil, "400/invalid-payload")
	case !webAddress(redirect):
		return x.say(nil, "400/example")
	}
	docs := []kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence}
	if kind != "" {
		docs = docs[2:]
	}
	j := x.start(x.sim.uuid().String(), redirect, docs, "")
	if j == nil {
		panic("simulator: Options.Random gave the same id twice")
	}
	return x.say(values{
		"/id": quote(j.id), "/url": quote(j.consentURL()), "/validUpto": setuTime(j.created.Add(LinkLife)),
	}, "201/example", "200/unauthenticated")
}

// setuFinds is the request of the path, nil if there is none or it has vanished.
func setuFinds(x *exchange) *journey {
	j := x.store.find(x.r.PathValue("requestId"))
	if j == nil {
		return nil
	}
	if j = j.snapshot(); x.now.After(setuEnd(j)) {
		return nil
	}
	return j
}

// setuEnd is when a request vanishes.
func setuEnd(j *journey) time.Time {
	if _, _, at := j.consent(); !at.IsZero() {
		return at.Add(RequestLife)
	}
	return j.created.Add(LinkLife)
}

func setuGetStatus(x *exchange) reply {
	j := setuFinds(x)
	if j == nil {
		return x.say(nil, "404/request-not-found")
	}
	put := values{
		"/id": quote(j.id), "/url": quote(j.consentURL()), "/validUpto": setuTime(setuEnd(j)), "/traceId": quote(traceID(x.now, x.sim.uuid())),
	}
	person, _, _ := j.consent()
	switch {
	case person == nil:
		put["/status"], put["/digilockerUserDetails"] = quote("unauthenticated"), []byte("{}")
	case j.is(x.now) == revoked:
		put["/status"] = quote("revoked")
	}
	if person != nil && !person.published {
		put["/digilockerUserDetails/digilockerId"] = quote("DL-" + accountID(person))
		put["/digilockerUserDetails/email"] = quote(person.Key + "@example.invalid")
		put["/digilockerUserDetails/phoneNumber"] = quote(person.Mobile)
	}
	return x.say(put, "200/example", "200/authenticated", "200/authenticated-before-march-2024")
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

func setuListDocuments(x *exchange) reply { return x.say(nil, "200/example", "200/two-parameters") }

// setuUnready is what stands in the way of reading anything of j.
func setuUnready(x *exchange, j *journey) *reply {
	var r reply
	how := pending
	if j != nil {
		how = j.is(x.now)
	}
	switch {
	case j == nil:
		r = x.say(nil, "404/request-not-found")
	case how == revoked:
		r = x.say(nil, "401/example")
	case how == lapsed:
		r = x.say(nil, "default/invalid-token")
	case how == denied:
		r = x.say(nil, "default/invalid-grant")
	case how == pending:
		r = x.borrow("getAadhaar/401/user-not-authenticated", 0) // fetchDocument documents none
	default:
		return nil
	}
	return &r
}

func setuGetAadhaar(x *exchange) reply {
	j := setuFinds(x)
	if wrong := setuUnready(x, j); wrong != nil {
		return *wrong
	}
	person, _, _ := j.consent()
	switch {
	case person.Aadhaar == "":
		return x.say(nil, "400/aadhaar-not-linked")
	case !j.has(kyc.Aadhaar):
		return x.say(nil, "default/user-consent-not-given")
	}
	put := values{
		"/id": quote(j.id), "/aadhaar/generatedAt": quote(x.now.In(ist).Format("2006-01-02T15:04:05.000-07:00")),
		"/aadhaar/xml/fileUrl": quote(x.link(j, file{kyc.Aadhaar, "xml"})), "/aadhaar/xml/validUntil": setuTime(x.now.Add(FileLife)),
	}
	if !person.published {
		a := person.eAadhaar()
		for member, text := range map[string]string{
			"name": a.Name, "dateOfBirth": a.Birth, "gender": a.Gender, "maskedNumber": "xxxx-xxxx-" + lastFour(a.UID), "photo": a.Photo,
			"address/careOf": a.CareOf, "address/house": a.House, "address/street": a.Street, "address/landmark": a.Landmark,
			"address/locality": a.Locality, "address/vtc": a.City, "address/postOffice": a.PostOffice, "address/subDistrict": a.SubDistrict,
			"address/district": a.District, "address/state": a.State, "address/pin": a.PIN, "address/country": a.Country,
		} {
			put["/aadhaar/"+member] = quote(text)
		}
	}
	return x.say(put, "200/example")
}

// setuDocument is a document that fetchDocument can have made.
type setuDocument struct {
	kyc        kyc.Document // "" for one of the catalogue
	formats    []string
	parameters []string
	issuer     string // orgId; "" for any
}

// setuDocuments are those that the publications mention. The catalogue shows the
// first two; without AC_NO and MemberName there is no passbook (SE-D21). ADHAR and
// AADHAAR stand in published requests, though this operation is for all but
// Aadhaar (SE-D5).
var setuDocuments = map[string]setuDocument{
	"PECER":   {issuer: "002317", formats: []string{"pdf"}, parameters: []string{"AC_NO"}},
	"PRFND":   {issuer: "002317", formats: []string{"pdf"}, parameters: []string{"AC_NO", "MemberName"}},
	"DRVLC":   {kyc: kyc.DrivingLicence, formats: []string{"pdf", "xml"}},
	"PANCR":   {kyc: kyc.PAN, formats: []string{"pdf", "xml"}},
	"ADHAR":   {kyc: kyc.Aadhaar, formats: []string{"pdf", "xml"}},
	"AADHAAR": {kyc: kyc.Aadhaar, formats: []string{"pdf", "xml"}},
}

var organisations = regexp.MustCompile(`^[0-9]{6}$`)

func setuFetchDocument(x *exchange) reply {
	j := setuFinds(x)
	if wrong := setuUnready(x, j); wrong != nil {
		return *wrong
	}
	name, format, issuer := x.text("docType"), x.text("format"), x.text("orgId")
	var parameters []struct{ Name, Value string }
	_ = json.Unmarshal(x.body["parameters"], &parameters) // what is no list has none
	given := map[string]bool{}
	for _, p := range parameters {
		given[p.Name] = p.Value != ""
	}
	doc, known := setuDocuments[name]
	person, _, _ := j.consent()
	switch {
	case name == "" || format == "" || x.missing("consent"):
		return x.say(nil, "400/example")
	case x.text("consent") != "Y":
		return x.say(nil, "400/consent-not-given", "default/consent-not-given")
	case !known || !slices.Contains(doc.formats, format):
		return x.say(nil, "default/bad-request-malformed")
	case doc.kyc != kyc.Aadhaar && (!organisations.MatchString(issuer) || doc.issuer != "" && doc.issuer != issuer):
		return x.say(nil, "default/bad-request-without-orgid")
	case slices.ContainsFunc(doc.parameters, func(p string) bool { return !given[p] }):
		return x.say(nil, "400/example")
	case person.Aadhaar == "" && (doc.kyc == "" || doc.kyc == kyc.Aadhaar): // shown for a passbook (SE-D20)
		return x.say(nil, "400/aadhaar-not-linked")
	case doc.kyc != "" && !person.has(doc.kyc):
		return x.say(nil, "default/invalid-uri")
	case doc.kyc != "" && !j.has(doc.kyc):
		return x.say(nil, "default/user-consent-not-given")
	case doc.kyc == kyc.PAN && person.mismatch:
		return x.say(nil, "default/customer-detail-mismatch")
	}
	kind := doc.kyc
	if kind == "" {
		kind = kyc.Document(name)
	}
	put := values{"/fileUrl": quote(x.link(j, file{kind, format})), "/validUpto": setuTime(x.now.Add(FileLife))}
	if name == "DRVLC" {
		return x.say(put, "200/driving-licence")
	}
	return x.say(put, "200/example")
}

// setuRevoke answers a second revocation as one before consent: the user is not
// authenticated.
func setuRevoke(x *exchange) reply {
	j := setuFinds(x)
	switch {
	case j == nil:
		return x.say(nil, "404/request-not-found")
	case !j.whole.revoke(x.now):
		return x.say(nil, "401/user-not-authenticated")
	}
	return x.say(nil, "200/example")
}

// setuBack fills the published template of the redirect.
func setuBack(p *provider, j *journey) string {
	person, shared, _ := j.consent()
	older := j.source == p.others["createRequest/redirect/consented-before-december-2024"].Source
	name := "failed"
	switch {
	case person == nil && older:
		name = "failed-before-december-2024"
	case person == nil:
	case older:
		name = "consented-before-december-2024"
	default:
		name = "nothing-selected"
	}
	_, query, _ := strings.Cut(p.others["createRequest/redirect/"+name].at(""), "?")
	query = strings.NewReplacer(
		"{True}", "True", "{False}", "False", "{true}", "true", "{false}", "false",
		"{Digilocker_request.id}", j.id, "Digilocker_request.id", j.id,
		"{code}", "access_denied", "{message}", url.QueryEscape("User denied"), // no code is published
	).Replace(query)
	if name == "nothing-selected" {
		query += url.QueryEscape(strings.Join(wordsOf(setuWords, shared), "+"))
	}
	return query
}

func setuPaper(p *provider, j *journey, doc kyc.Document, at time.Time) []byte {
	person, _, _ := j.consent()
	switch doc {
	case kyc.Aadhaar:
		a := person.eAadhaar()
		if x := p.answers["getAadhaar/200/example"]; person.published && x != nil {
			a = papers.Aadhaar{
				Name: x.at("/aadhaar/name"), Birth: x.at("/aadhaar/dateOfBirth"), Gender: x.at("/aadhaar/gender"),
				UID: lastFour(x.at("/aadhaar/maskedNumber")), CareOf: x.at("/aadhaar/address/careOf"), House: x.at("/aadhaar/address/house"),
				Locality: x.at("/aadhaar/address/locality"), City: x.at("/aadhaar/address/vtc"), District: x.at("/aadhaar/address/district"),
				State: x.at("/aadhaar/address/state"), PIN: x.at("/aadhaar/address/pin"), Country: x.at("/aadhaar/address/country"),
			}
		}
		return a.XML(at)
	case kyc.PAN:
		return person.panCard().XML(at)
	case kyc.DrivingLicence:
		return person.drivingLicence().XML(at)
	default:
		return nil
	}
}
