package authpartner

import (
	"crypto/hmac"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/simulator"
)

// oldest is how old a request without a user may be, by the clock of the callers.
const oldest = 30 * time.Minute

// wrongMember is the refusal of a member that is missing or wrong, in the words of the tables. Of two operations there
// is an example, whose code has a blank behind it (DL-D21).
func wrongMember(x *simulator.Exchange, description string) *simulator.Reply {
	r := x.Say(simulator.Values{"/error_description": simulator.Quote(description)}, "400/invalid-parameter")
	if r.Example == nil {
		return refusal(http.StatusBadRequest, "invalid_parameter", description)
	}
	return &r
}

func missing(x *simulator.Exchange, name string) *simulator.Reply {
	return wrongMember(x, name+" parameter is missing or invalid")
}

// untimely is what is wrong with the time of a request.
func untimely(x *simulator.Exchange) *simulator.Reply {
	seconds, err := strconv.ParseInt(x.Form().Get("ts"), 10, 64)
	now, at := x.Options().Now(), time.Unix(seconds, 0)
	if err != nil || at.Before(now.Add(-oldest)) || at.After(now.Add(simulator.Skew)) {
		return missing(x, "Timestamp")
	}
	return nil
}

// unsigned is what is wrong with the digest of a request: SHA-256, in lower-case hexadecimal digits, of the secret and
// one of the sequences of members (DL-D34).
func unsigned(x *simulator.Exchange, sequences ...[]string) *simulator.Reply {
	form := x.Form()
	for _, members := range sequences {
		text := SimulatorClientSecret
		for _, name := range members {
			text += form.Get(name)
		}
		if hmac.Equal([]byte(sum(text)), []byte(form.Get("hmac"))) {
			return nil
		}
	}
	return missing(x, "HMAC")
}

func listIssuers(x *simulator.Exchange) simulator.Reply {
	if wrong := unsigned(x, []string{"clientid", "ts"}); wrong != nil {
		return *wrong
	}
	return x.Say(nil, "200/two-issuers")
}

func listDoctypes(x *simulator.Exchange) simulator.Reply {
	if !slices.Contains(organisations, x.Form().Get("orgid")) {
		return *missing(x, "The orgid")
	}
	if wrong := unsigned(x, []string{"clientid", "orgid", "ts"}); wrong != nil {
		return *wrong
	}
	return x.Say(nil, "200/two-types")
}

func listParameters(x *simulator.Exchange) simulator.Reply {
	form := x.Form()
	doctype := form.Get("doctype")
	_, known := pullable[doctype]
	switch {
	case !slices.Contains(organisations, form.Get("orgid")):
		return *missing(x, "The orgid")
	case !known && doctype != "BTCER":
		return *missing(x, "The doctype")
	}
	if wrong := unsigned(x, []string{"clientid", "orgid", "doctype", "ts"}); wrong != nil {
		return *wrong
	}
	return x.Say(nil, "200/two-parameters-mended")
}

// verifyAccount says whether somebody has an account: of the published person what the sample says.
func verifyAccount(x *simulator.Exchange) simulator.Reply {
	form := x.Form()
	aadhaar, mobile := form.Get("uid"), form.Get("mobile")
	if (aadhaar == "") == (mobile == "") {
		return *wrongMember(x, "Either one of uid or mobile number is mandatory")
	}
	name := "uid"
	if mobile != "" {
		name = "mobile"
	}
	if wrong := unsigned(x, []string{"clientid", name, "ts"}); wrong != nil {
		return *wrong
	}
	p := simulator.FindPerson(form.Get(name))
	switch {
	case p == nil, mobile != "" && p.Mobile != mobile, aadhaar != "" && p.Aadhaar != aadhaar, !x.HasAccount(p):
		return x.Say(
			simulator.Values{"/registered": simulator.Quote("false"), "/digilockerid": nil},
			"200/registered",
		)
	case p.Published:
		return x.Say(nil, "200/registered")
	}
	return x.Say(simulator.Values{"/digilockerid": simulator.Quote(p.AccountID())}, "200/registered")
}

// pushed are the members of a pushed URI that have to be there, in the words of the table.
var pushed = []struct{ name, says string }{
	{"uri", "URI"}, {"doctype", "Doctype"}, {"description", "Description"}, {"docid", "Docid"},
	{"issuedate", "Issuedate"},
}

// The sequences of a pushed URI's digest: that of P12 ends with the time (DL-D39).
var (
	pushedToP12 = []string{
		"clientid", "digilockerid", "uri", "doctype", "description", "docid", "issuedate", "validfrom", "validto",
		"action", "ts",
	}
	pushedToP23 = append(slices.Clone(pushedToP12), "doccontent", "datacontent")
)

var eightDigits = regexp.MustCompile(`^[0-9]{8}$`)

// pushURI keeps nothing: whom it is pushed to is in no journey.
func pushURI(x *simulator.Exchange) simulator.Reply {
	form := x.Form()
	for _, member := range pushed {
		value := form.Get(member.name)
		if value == "" || member.name == "issuedate" && !eightDigits.MatchString(value) {
			return *missing(x, member.says)
		}
	}
	if wrong := unsigned(x, pushedToP12, pushedToP23); wrong != nil {
		return *wrong
	}
	var owner *simulator.Person
	for _, p := range simulator.People() {
		if accountOf(x, &p) == form.Get("digilockerid") && (!p.Published || p.Aadhaar != "") {
			owner = &p
		}
	}
	if owner == nil || !x.HasAccount(owner) {
		return *refusal(http.StatusNotFound, "invalid_digilocker_id", "The digilockerid parameter is invalid")
	}
	if form.Get("action") != "A" {
		return simulator.Reply{Status: http.StatusOK}
	}
	for _, p := range simulator.People() {
		for _, doc := range everything {
			if !p.Has(doc) || uriOf(&p, doc) != form.Get("uri") {
				continue
			}
			if p.Key == owner.Key {
				return *wrongMember(x, "URI already exists in this account")
			}
			return *wrongMember(x, "URI already exists in another account")
		}
	}
	return simulator.Reply{Status: http.StatusOK}
}

// accountOf is the id of p's account.
func accountOf(x *simulator.Exchange, p *simulator.Person) string {
	if p.Published {
		return x.Example("getUser/200/user").Text("/digilockerid")
	}
	return p.AccountID()
}

func countStatistics(x *simulator.Exchange) simulator.Reply {
	if wrong := unsigned(x, []string{"clientid", "ts"}); wrong != nil {
		return *wrong
	}
	return x.Say(nil, "200/counts")
}

// getAPAAR gives the record of whoever shared Aadhaar. Its members are those of two digests of a specification that
// was not read, and no example of it is known.
func getAPAAR(x *simulator.Exchange) simulator.Reply {
	j, wrong := allowed(x, issuedScope)
	switch {
	case wrong != nil:
		return *wrong
	case !j.Has(kyc.Aadhaar):
		return *refusal(http.StatusNotFound, "apaar_not_linked", "APAAR is not linked to the account")
	}
	genders := map[string]string{"M": "Male", "F": "Female", "T": "Transgender"}
	text, _ := json.Marshal(map[string]any{
		"apaar_id": "00" + j.Person.Mobile,
		"student_details": map[string]any{
			"name": j.Person.Name, "dob": strings.ReplaceAll(birthOf(j.Person), "-", "/"),
			"gender":     genders[j.Person.Gender],
			"created_on": "01/01/2024", "cumulative_credit_points": "80", "cumulative_credit": "20",
			"cumulative_grade_points": "8",
		},
		"academic_details": []any{map[string]any{
			"university_name": "Fake University", "org_id": organisations[1],
			"courses": []any{map[string]any{"name": "Fake Studies", "subjects": []any{map[string]any{
				"name": "Fakery", "credit_points": "80", "credit": "20", "grade_points": "8", "grade": "A",
				"stream":  "Science",
				"session": "2023-24", "year": "2024", "month": "5", "sem": "1",
			}}}},
		}},
	})
	return *simulator.JSON(http.StatusOK, text)
}
