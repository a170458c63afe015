package redact_test

import (
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/recording/redact"
	"example.com/digilocker/specs/scan"
)

// seed is an invented secret, with the member in which it may come.
type seed struct {
	kind, member, attribute, value string
	// form: it is known by its form, in whatever member and text.
	form bool
}

// source makes the same seeds in every run.
type source struct{ *rand.Rand }

func (s source) digits(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + s.IntN(10))
	}
	return string(b)
}

func (s source) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(s.IntN(256))
	}
	return b
}

func (s source) of(all ...string) string { return all[s.IntN(len(all))] }

func (s source) capital() string { return string(rune('A' + s.IntN(26))) }

// checked appends Verhoeff's check digit, by the only method that needs no table:
// trying which one the scanner takes for sound.
func checked(eleven string) string {
	for check := range 10 {
		number := fmt.Sprint(eleven, check)
		if slices.Contains(scan.Find([]byte(number), nil), scan.Finding{Line: 1, Kind: "aadhaar"}) {
			return number
		}
	}
	panic("no check digit fits " + eleven)
}

func (s source) date() (day, month, year int) {
	return 1 + s.IntN(28), 1 + s.IntN(12), 1940 + s.IntN(65)
}

func (s source) seed(i int) seed {
	switch i % 15 {
	case 0:
		n := checked(fmt.Sprint(2+s.IntN(8), s.digits(10)))
		spelt := []string{n, n[:4] + " " + n[4:8] + " " + n[8:], n[:4] + "-" + n[4:8] + "-" + n[8:]}
		return seed{"aadhaar", "aadhaar_number", "uid", s.of(spelt...), true}
	case 1:
		return seed{"masked-aadhaar", "uid", "uid", s.of("xxxxxxxx", "XXXXXXXX", "XXXX-XXXX-", "XXXX XXXX ", "xxxxxxx") + fmt.Sprint(1+s.IntN(9), s.digits(3)), true}
	case 2:
		return seed{"pan", "pan", "num", s.capital() + s.capital() + s.capital() + s.of("P", "C", "H", "F") + s.capital() + s.digits(4) + s.capital(), true}
	case 3:
		state, office, year, last := s.of("KA", "MH", "TN", "WB"), s.digits(2), fmt.Sprint(1980+s.IntN(45)), s.digits(7)
		spelt := []string{state + office + year + last, state + office + " " + year + last, state + "-" + office + year + last, state + "/" + office + "/" + year + "/" + last}
		return seed{"licence", "dl_number", "number", s.of(spelt...), true}
	case 4:
		return seed{"mobile", "phoneNumber", "phone", s.of("", "+91", "+91 ", "91", "0") + fmt.Sprint(6+s.IntN(4), s.digits(9)), true}
	case 5:
		return seed{"email", "email", "email", fmt.Sprintf("seed.%d+%s@%s", i, s.digits(5), s.of("mail.test", "seeds.example.com", "post.co.in")), true}
	case 6:
		first, last := s.of("Zubinesh", "ILAVARASI", "kavyanjali", "मनोरमादेवी"), s.of("Qadirwala", "THENMOZHIL", "o'Dsouzaan", "चतुर्वेदीजी")
		return seed{"name", s.of("name", "name_on_pan", "careOf"), "name", fmt.Sprintf("%s %s %s", first, last, strings.Repeat(s.capital(), 2+i/15%9)+s.capital()+s.capital()), false}
	case 7:
		return seed{"address", s.of("present_address", "house", "landmark"), "street", fmt.Sprintf("%s-%s, %s Kothiyalpura %s", s.capital(), s.digits(4), s.of("Near", "Opp."), s.capital()+s.digits(3)), false}
	case 8:
		return seed{"pin", "pincode", "pc", fmt.Sprint(s.of("11", "40", "56", "60", "78"), 1+s.IntN(9), s.digits(3)), false}
	case 9:
		d, m, y := s.date()
		return seed{"birth", s.of("dob", "dateOfBirth"), "dob", fmt.Sprintf(s.of("%02[1]d-%02[2]d-%[3]d", "%[3]d-%02[2]d-%02[1]d", "%02[1]d/%02[2]d/%[3]d", "%02[1]d%02[2]d%[3]d"), d, m, y), false}
	case 10:
		return seed{"file", "photo", "QRMeta", base64.StdEncoding.EncodeToString(append([]byte("\xff\xd8\xff\xe0\x00\x10JFIF"), s.bytes(100+s.IntN(200))...)), true}
	case 11:
		part := func(n int) string { return base64.RawURLEncoding.EncodeToString(s.bytes(n)) }
		return seed{"jwt", "id_token", "token", "eyJhbGciOiJSUzI1NiJ9." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"`+part(9)+`"}`)) + "." + part(64), true}
	case 12:
		return seed{"signature", "signature", "hmac", base64.StdEncoding.EncodeToString(s.bytes([]int{32, 256}[s.IntN(2)])), true}
	case 13:
		return seed{"credential", "client_secret", "token", s.of(fmt.Sprintf("acsk_%s_%s", s.digits(6), s.capital()+s.digits(4)), "p@ss/"+s.digits(6)+" &<"+s.capital(), "drowssap-"+strings.Repeat(s.capital(), 5)+s.capital()), false}
	default:
		return seed{"link", "sig", "", fmt.Sprintf("%s%s%s", strings.ToLower(s.capital()), s.digits(7), base64.RawURLEncoding.EncodeToString(s.bytes(12))), false}
	}
}

func seeds() []seed {
	s := source{rand.New(rand.NewPCG(5, 500))}
	all, taken := make([]seed, 0, 500), map[string]bool{}
	for len(all) < 500 {
		if one := s.seed(len(all)); !taken[one.value] {
			taken[one.value] = true
			all = append(all, one)
		}
	}
	return all
}

// numbers are seeds of a kind whose names only a provider knows: names of papers, in which a number stands.
func numbers() []seed {
	s := source{rand.New(rand.NewPCG(7, 40))}
	var all []seed
	for range 40 {
		uri := "in.gov.seeds-SEEDS-" + s.digits(4) + s.capital() + s.digits(8)
		all = append(all, seed{"number", "", "", uri, false})
	}
	return all
}

// forms are the ways in which a value may be spelt in an output.
func forms(value string) []string {
	quoted, err := json.Marshal(value)
	Expect(err).NotTo(HaveOccurred())
	var escaped strings.Builder
	Expect(xml.EscapeText(&escaped, []byte(value))).To(Succeed())
	return []string{
		value, strings.Trim(string(quoted), `"`), strings.ReplaceAll(value, "/", `\/`), escaped.String(), html.EscapeString(value),
		url.QueryEscape(value), url.PathEscape(value),
		base64.StdEncoding.EncodeToString([]byte(value)), base64.URLEncoding.EncodeToString([]byte(value)),
	}
}

const (
	jsonType = "application/json; charset=utf-8"
	formType = "application/x-www-form-urlencoded"
	xmlType  = "text/xml"
)

func object(v any) []byte {
	b, err := json.Marshal(v)
	Expect(err).NotTo(HaveOccurred())
	return b
}

type members map[string]any

// planted puts a seed wherever it may come, and returns what came of each place, by
// its name.
func planted(r *redact.Redactor, s seed) map[string]string {
	quoted := fmt.Sprintf("refused: %s, see also (%s).", s.value, s.value)
	link := "https://files.example/a/b?id=7&sig=" + url.QueryEscape(s.value)
	header := http.Header{}
	header.Set("X-Api-Key", "spare-key")
	if s.kind == "credential" || s.kind == "signature" || s.kind == "jwt" {
		header = http.Header{"X-Client-Secret": {s.value}, "Authorization": {"Bearer " + s.value}, "Set-Cookie": {"a=" + s.value}, "X-Unknown": {s.value}}
	}
	header[http.CanonicalHeaderKey(s.member)] = []string{s.value}
	var attribute strings.Builder
	Expect(xml.EscapeText(&attribute, []byte(s.value))).To(Succeed())
	known := []byte(`{"data":[{"` + s.member + `":` + string(object(s.value)) + `}]}`)
	u, err := url.Parse("https://api.example/v1/find?" + s.member + "=" + url.QueryEscape(s.value))
	Expect(err).NotTo(HaveOccurred())
	out := map[string]string{"url": r.URL(u).String(), "header": fmt.Sprint(r.Header(header))}
	if s.kind == "link" { // a parameter of that name, but no member
		out["json link"] = string(r.AnswerBody(jsonType, object(members{"fileUrl": link, "message": "see " + link, "url": "https://consent.example/dgl/" + s.value})))
		out["form"] = string(r.RequestBody(formType, []byte("redirect_url="+url.QueryEscape(link))))
		out["xml"] = string(r.AnswerBody(xmlType, []byte(`<a href="`+html.EscapeString(link)+`">`+html.EscapeString(link)+`</a>`)))
		return out
	}
	out["form"] = string(r.RequestBody(formType, []byte("a=1&"+s.member+"="+url.QueryEscape(s.value)+"&b=2")))
	out["json"] = string(r.AnswerBody(jsonType, known))
	out["json in text"] = string(r.AnswerBody(jsonType, object(members{"inner": string(known)})))
	out["broken json"] = string(r.AnswerBody(jsonType, append(known[:len(known)-1:len(known)-1], "// cut"...)))
	out["xml attribute"] = string(r.AnswerBody(xmlType, []byte(`<KycRes><Poi `+s.attribute+`="`+attribute.String()+`"/></KycRes>`)))
	out["xml element"] = string(r.AnswerBody(xmlType, []byte(`<?xml version="1.0"?><Poi><x:`+s.attribute+` a='1'>`+attribute.String()+`</x:`+s.attribute+`></Poi>`)))
	if s.form || s.kind == "credential" {
		out["unknown member"] = string(r.AnswerBody(jsonType, object(members{"whatever": []any{members{"deep": s.value}}})))
		out["member name"] = string(r.AnswerBody(jsonType, object(members{s.value: 1})))
		out["text"] = string(r.AnswerBody("text/plain", []byte(quoted)))
		out["html"] = string(r.AnswerBody("text/html", []byte("<html><p>"+quoted+"</p></html>")))
		out["cdata"] = string(r.AnswerBody(xmlType, []byte("<note><!-- "+quoted+" --><![CDATA["+quoted+"]]></note>")))
		out["error"] = string(r.AnswerBody(jsonType, object(members{"error": members{"detail": quoted}})))
	}
	if s.kind != "pin" { // the message stands before the member
		out["echo"] = string(r.AnswerBody(jsonType, object(members{"a_message": quoted, s.member: s.value})))
	}
	if s.kind == "pin" {
		out["labelled"] = string(r.AnswerBody(jsonType, object(members{"message": "no such PIN code: " + s.value})))
	}
	return out
}

// goneFrom wants no seed in what r makes of the places that they are planted in, and nothing
// there for the scanner.
func goneFrom(r *redact.Redactor, scanner *scan.Scanner, all []seed) {
	GinkgoHelper()
	outputs := map[string]string{}
	for i, s := range all {
		for place, out := range planted(r, s) {
			outputs[fmt.Sprintf("%d %s in %s %s", i, s.kind, s.member, place)] = out
		}
	}
	var text strings.Builder
	for place, out := range outputs {
		Expect(scanner.Find([]byte(out), nil)).To(BeEmpty(), "%s: %s", place, out)
		text.WriteString(out + "\n")
	}
	for i, s := range all {
		for _, form := range forms(s.value) {
			if strings.Contains(text.String(), form) {
				for place, out := range outputs {
					Expect(out).NotTo(ContainSubstring(form), "%d %s in %s", i, s.kind, place)
				}
			}
		}
	}
}

// kindsFound are the kinds that the scanner finds in a seed's member.
func kindsFound(scanner *scan.Scanner, s seed) []string {
	kinds := []string{}
	for _, f := range scanner.Find([]byte(`{"`+s.member+`": `+string(object(s.value))+`}`), nil) {
		kinds = append(kinds, f.Kind)
	}
	return kinds
}

var _ = Describe("500 seeded secrets of 15 kinds", func() {
	all := seeds()

	It("are gone from every place they are planted in", func() {
		var credentials []string
		count := map[string]int{}
		for _, s := range all {
			count[s.kind]++
			if s.kind == "credential" {
				credentials = append(credentials, s.value)
			}
		}
		Expect(count).To(HaveLen(15))
		Expect(count).To(HaveEach(BeNumerically("~", 33.5, 0.5)))
		goneFrom(redactor(redact.Options{Secrets: credentials}), new(scan.Scanner), all)
	})

	It("are found by the scanner as long as they are there", func() {
		for i, s := range all {
			if s.kind == "link" {
				Expect(scan.Find([]byte("https://files.example/a/b?id=7&sig="+s.value), nil)).To(ContainElement(HaveField("Kind", "link")), "%d %s", i, s.value)
				continue
			}
			kinds := kindsFound(new(scan.Scanner), s)
			Expect(kinds).NotTo(BeEmpty(), "%d %s %s", i, s.kind, s.value)
			if s.kind != "jwt" && s.kind != "signature" {
				Expect(kinds).To(ContainElement(s.kind), "%d %s", i, s.value)
			}
			if s.form {
				Expect(scan.Find([]byte("\n... "+s.value+" ..."), nil)).To(ContainElement(HaveField("Line", 2)), "%d %s %s", i, s.kind, s.value)
			}
		}
	})
})

// Each of a provider's own names gets all seeds of its kind, once as a member, a parameter,
// a header, an attribute and an element.
var _ = Describe("Seeded secrets in what only one provider calls so", func() {
	for _, p := range providers.All {
		Context("of "+p.Named(), Label(p.Name), func() {
			own := map[string][]seed{} // by name
			for _, s := range append(seeds(), numbers()...) {
				for _, name := range p.Hidden[s.kind] {
					s.member, s.attribute = name, name
					own[name] = append(own[name], s)
				}
			}
			var scanner *scan.Scanner
			BeforeEach(func() {
				var err error
				scanner, err = scan.New(p.Hidden)
				Expect(err).NotTo(HaveOccurred())
			})

			It("are of every kind that is hidden", func() {
				for kind, names := range p.Hidden {
					for _, name := range names {
						if kind != "" {
							Expect(len(own[name])).To(BeNumerically(">", 30), "no seeds are %s, as %s is", kind, name)
						}
					}
				}
			})

			It("are gone from every place they are planted in, and the headers are kept", func() {
				for name, all := range own {
					goneFrom(redactor(redact.Options{Names: p.Hidden}), scanner, all)
					for _, s := range all {
						header := http.Header{http.CanonicalHeaderKey(name): {s.value}}
						Expect(redactor(redact.Options{Names: p.Hidden}).Header(header)).To(And(HaveLen(1), Not(Equal(header))), "%s", name)
					}
				}
			})

			It("are found by the scanner as long as they are there", func() {
				for name, all := range own {
					for _, s := range all {
						if s.kind == "number" { // of no form by which the scanner could know it
							continue
						}
						Expect(kindsFound(scanner, s)).To(ContainElement(s.kind), "%s %s", name, s.value)
					}
				}
			})

			It("are in what an account sends, all of it", func() {
				if p.Account == nil {
					Skip("it has no account")
				}
				sent := http.Header{}
				Expect(p.Account.Authorize(sent, p.Account.Simulated(), time.Now())).To(Succeed())
				kept := redactor(redact.Options{Names: p.Hidden}).Header(sent)
				values := slices.Collect(maps.Values(p.Account.Simulated()))
				for name, sent := range sent {
					if !slices.ContainsFunc(values, func(v string) bool { return strings.Contains(sent[0], v) }) {
						continue // the version of an API is nobody's
					}
					Expect(kept[http.CanonicalHeaderKey(name)]).To(
						HaveExactElements(MatchRegexp(`^(?:Bearer |Basic )?redacted$`)))
				}
				for member := range p.Account.Members() {
					u := &url.URL{Path: "/a", RawQuery: member + "=9876543219"}
					Expect(redactor(redact.Options{Names: p.Hidden}).URL(u).RawQuery).NotTo(ContainSubstring("9876543219"))
					Expect(scanner.Find([]byte(`{"`+member+`":"9876543219"}`), nil)).NotTo(BeEmpty(), member)
				}
			})

			It("are in headers that are left out where the provider is not known", func() {
				for _, names := range p.Hidden {
					for _, name := range names {
						header := http.Header{http.CanonicalHeaderKey(name): {"a"}}
						Expect(redactor(redact.Options{}).Header(header)).To(BeEmpty(), "%s is a word of %s's", name, p.Name)
						Expect(redactor(redact.Options{Names: p.Hidden}).Header(header)).To(HaveLen(1), "%s", name)
					}
				}
			})
		})
	}
})
