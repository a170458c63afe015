package kyc_test

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/format"

	"example.com/digilocker/adapters/kyc"
)

const shown = "[hidden]"

// seeds are what must never be seen: the beginnings, so that a part is found too,
// and nothing that an address in memory may contain.
var seeds = []string{
	"Invented", "Nowhere", "+00 555", "nobody@", "account-0", "one-time", "77-12-3", "secret!", "FAKEP", "PIN zero", "5600001234", "560000123400",
	"14-03", "1987-03-14", "T-word", "Melange", "/9j/", "share-c", "MCWG", "bicycle", "Office 9", "Individual",
}

func seededPerson() kyc.Person {
	return kyc.Person{
		Name:         kyc.Hide("Invented Person"),
		Birth:        kyc.ParseDate("14-03-1987"),
		Gender:       kyc.ParseGender("T-word"),
		CareOf:       kyc.Hide("C/O Invented Guardian"),
		Address:      kyc.Address{House: kyc.Hide("Nowhere 1"), PIN: kyc.Hide("PIN zero")},
		Permanent:    kyc.Address{Line: kyc.Hide("Nowhere 2, Melange")},
		Photo:        kyc.ParsePhoto(base64.StdEncoding.EncodeToString([]byte("\xff\xd8\xffno picture"))),
		Mobile:       kyc.Hide("+00 555 0100"),
		Email:        kyc.Hide("nobody@example.com"),
		DigiLockerID: kyc.Hide("account-0"),
	}
}

func seededRecord() kyc.Record {
	return kyc.Record{
		Document: kyc.PAN, Person: seededPerson(), Number: kyc.MaskNumber("FAKEP0000X"), IssuedOn: kyc.ParseDate("1987"),
		HolderType: kyc.Hide("Individual"),
		Licence: &kyc.Licence{
			IssuedBy: kyc.Hide("Office 9"), ExpiresOn: kyc.ParseDate("14-03-2044"),
			Categories: []kyc.Category{{Class: kyc.Hide("MCWG"), Description: kyc.Hide("bicycle"), IssuedOn: kyc.ParseDate("1987")}},
		},
		File: &kyc.File{Link: kyc.Hide("https://files.invalid/one-time"), ShareCode: kyc.Hide("share-code"), Raw: kyc.NewRaw([]byte("secret!"))},
		Raw:  kyc.NewRaw([]byte(`{"name":"Invented Person"}`)),
	}
}

func seededConsent() kyc.Consent {
	person := seededPerson()
	return kyc.Consent{
		Ref: "ref-1", State: kyc.Granted, URL: kyc.Hide("https://consent.invalid/one-time"), User: &person,
		Raw: kyc.NewRaw([]byte(`{"name":"Invented Person"}`)),
	}
}

// unexported is a caller's own struct: fmt cannot call methods on its fields.
type unexported struct {
	person  kyc.Person
	record  kyc.Record
	consent kyc.Consent
	secret  kyc.Private
	nested  []any
}

var verbs = []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%o", "%b", "%e", "%c", "%U", "%t", "%10.3s", "%-20v", "%p", "%T"}

// printed is v in every way that this library knows of.
func printed(v any) string {
	var out bytes.Buffer
	for _, verb := range verbs {
		fmt.Fprintf(&out, verb+"\n", v)
	}
	fmt.Fprintln(&out, v)
	fmt.Fprintln(&out, fmt.Errorf("wrapped: %v", v), errors.Join(fmt.Errorf("%+v", v)))
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		log := slog.New(handler)
		log.Info("direct", "v", v)
		log.Info("nested", "v", struct{ V any }{v}, slog.Group("g", "v", []any{v}))
	}
	for _, encode := range []func(any) ([]byte, error){json.Marshal, xml.Marshal} {
		text, _ := encode(v) // xml refuses maps and interfaces: then it shows nothing
		out.Write(text)
	}
	_ = gob.NewEncoder(&out).Encode(v)             // and so does gob
	if b, ok := v.(encoding.BinaryMarshaler); ok { // by which CBOR and others encode
		text, _ := b.MarshalBinary()
		out.Write(text)
	}
	return out.String()
}

// leaks are the seeds found in text, also as hexadecimal or as decimal bytes.
func leaks(text string) (found []string) {
	for _, seed := range seeds {
		decimal := strings.Trim(fmt.Sprintf("%v", []byte(seed)), "[]")
		for _, form := range []string{seed, fmt.Sprintf("%x", seed), decimal, base64.StdEncoding.EncodeToString([]byte(seed))} {
			if strings.Contains(strings.ToLower(text), strings.ToLower(form)) {
				found = append(found, seed+" as "+form)
			}
		}
	}
	return found
}

// together are texts that one Hider hid, and the Hider.
func together(texts ...string) any {
	all := struct {
		Hider  kyc.Hider
		Hidden []kyc.Private
	}{}
	for _, text := range texts {
		all.Hidden = append(all.Hidden, all.Hider.Hide(text))
	}
	return all
}

var _ = It("A Hider hides each text as Hide does", func() {
	var hider kyc.Hider
	var hidden []kyc.Private
	for i := range 100 {
		hidden = append(hidden, hider.Hide(fmt.Sprint("text ", i)))
		Expect(hider.Hide(" ").IsZero()).To(BeTrue())
	}
	for i, h := range hidden {
		Expect(h.Reveal()).To(Equal(fmt.Sprint("text ", i)))
	}
})

var _ = Describe("Personal data and secrets", func() {
	DescribeTable("are not printed", func(v any) {
		Expect(leaks(printed(v))).To(BeEmpty())
		Expect(leaks(printed(&v))).To(BeEmpty())
		if _, reflects := v.(unexported); !reflects { // into which Gomega looks, as the package says
			Expect(leaks(format.Object(v, 1) + format.Object(&v, 1))).To(BeEmpty())
		}
	},
		Entry("as text", kyc.Hide("secret!")),
		Entry("as one of some texts", []any{new(kyc.Hider).Hide("secret!"), together("secret!", "Invented")}),
		Entry("as a masked number", kyc.MaskNumber("FAKEP0000X")),
		Entry("as a date", kyc.ParseDate("14-03-1987")),
		Entry("as a date that cannot be read", kyc.ParseDate("77-12-3")),
		Entry("as a gender", kyc.ParseGender("T-word")),
		Entry("as a photo", seededPerson().Photo),
		Entry("as a raw answer", kyc.NewRaw([]byte("secret!"))),
		Entry("in a person", seededPerson()),
		Entry("in a record", seededRecord()),
		Entry("in a pointer to a record", &[]kyc.Record{seededRecord()}[0]),
		Entry("in a consent", seededConsent()),
		Entry("in a return", kyc.Return{Ref: "ref-1", Message: kyc.Hide("Invented Person refused")}),
		Entry("in an event", kyc.Event{Type: "DONE", Consent: seededConsent()}),
		Entry("in an account query", kyc.AccountQuery{Mobile: kyc.Hide("+00 555 0100"), Aadhaar: kyc.Hide("560000123400")}),
		Entry("in an account", kyc.Account{DigiLockerID: kyc.Hide("account-0"), Mobile: kyc.Hide("+00 555"), Raw: kyc.NewRaw([]byte("secret!"))}),
		Entry("in a file request", kyc.FileRequest{Parameters: map[string]kyc.Private{"MemberName": kyc.Hide("Invented")}}),
		Entry("in slices and maps", map[string]any{"a": []kyc.Person{seededPerson()}, "b": []kyc.Private{kyc.Hide("secret!")}}),
		Entry("in unexported fields", unexported{
			seededPerson(), seededRecord(), seededConsent(), kyc.Hide("secret!"), []any{seededRecord(), kyc.Hide("secret!")},
		}),
	)

	It("would be found by this test", func() {
		plain := struct{ name, number string }{"Invented Person", "FAKEP0000X"}
		Expect(leaks(printed(plain))).To(HaveLen(len([]string{"Invented", "FAKEP"})*2), "plain and hexadecimal")
		Expect(leaks(printed(json.RawMessage("secret!")))).To(ContainElements("secret! as secret!", "secret! as 115 101 99 114 101 116 33"))
	})

	It("show the mask where they are, and nothing where they are not", func() {
		person := kyc.Person{Name: kyc.Hide("Invented Person")}
		Expect(fmt.Sprintf("%+v", person)).To(HavePrefix("{Name:" + shown + " Birth: "))
		Expect(fmt.Sprintf("%d|%q|%x", person.Name, person.Email, person.Birth)).To(Equal(shown + "||"))
		Expect(json.Marshal(person.Name)).To(MatchJSON(`"` + shown + `"`))
		Expect(json.Marshal(person.Email)).To(MatchJSON(`""`))
		Expect(person.Name.LogValue().Kind()).To(Equal(slog.KindString))
		Expect(person.Name.GoString()).To(Equal(shown))
	})

	It("cannot be read back from a mask", func() {
		text, err := json.Marshal(seededRecord())
		Expect(err).NotTo(HaveOccurred())
		Expect(json.Unmarshal(text, new(kyc.Record))).NotTo(Succeed())
	})

	It("cannot be read back from gob's mask", func() {
		var out bytes.Buffer
		Expect(gob.NewEncoder(&out).Encode(seededPerson())).To(Succeed())
		Expect(gob.NewDecoder(&out).Decode(new(kyc.Person))).NotTo(Succeed())
	})

	It("are not in the message of a failed test", func() {
		for _, fails := range []func(g Gomega){
			func(g Gomega) { g.Expect(seededPerson()).To(Equal(kyc.Person{Name: kyc.Hide("Invented Other")})) },
			func(g Gomega) { g.Expect(kyc.Hide("Invented Person")).To(Equal(kyc.Hide("Invented Other"))) },
			func(g Gomega) { g.Expect(seededRecord()).To(HaveField("Raw", kyc.NewRaw([]byte("secret!")))) },
		} {
			message := InterceptGomegaFailure(func() { fails(Default) })
			Expect(message).To(HaveOccurred())
			Expect(leaks(message.Error())).To(BeEmpty())
		}
	})

	It("can be compared deeply, and not with == that would compare addresses", func() {
		Expect(seededRecord()).To(Equal(seededRecord()))
		Expect(kyc.Hide("a")).NotTo(Equal(kyc.Hide("b")))
		for _, v := range []any{kyc.Private{}, kyc.Masked{}, kyc.Date{}, kyc.Gender{}, kyc.Photo{}, kyc.Raw{}} {
			Expect(reflect.TypeOf(v).Comparable()).To(BeFalse(), "%T", v)
		}
	})

	It("come out when asked for", func() {
		Expect(kyc.Hide(" secret! ").Reveal()).To(Equal(" secret! "))
		Expect(kyc.NewRaw([]byte("secret!")).Bytes()).To(Equal([]byte("secret!")))
	})

	DescribeTable("are absent when blank", func(v interface{ IsZero() bool }) {
		Expect(v.IsZero()).To(BeTrue())
	},
		Entry("text", kyc.Hide("")), Entry("a space for a country", kyc.Hide(" ")), Entry("number", kyc.MaskNumber(" ")),
		Entry("Aadhaar number", kyc.MaskAadhaar("")), Entry("date", kyc.ParseDate(" ")), Entry("gender", kyc.ParseGender("")),
		Entry("photo", kyc.ParsePhoto("\n")), Entry("raw", kyc.NewRaw(nil)), Entry("zero value", kyc.Private{}),
		Entry("address", kyc.Address{}), Entry("time", time.Time{}),
	)
})

var _ = Describe("A masked number", func() {
	DescribeTable("of Aadhaar is its last four digits", func(given, want string, exposed bool) {
		number := kyc.MaskAadhaar(given)
		Expect(number.Reveal()).To(Equal(want))
		Expect(number.Exposed()).To(Equal(exposed))
	},
		Entry("signed XML", "xxxxxxxx0000", "XXXXXXXX0000", false),
		Entry("id token, seven x", "xxxxxxx0000", "XXXXXXXX0000", false),
		Entry("upper case", "XXXXXXXX0001", "XXXXXXXX0001", false),
		Entry("dashes", "xxxx-xxxx-0002", "XXXXXXXX0002", false),
		Entry("spaces", "XXXX XXXX 0003", "XXXXXXXX0003", false),
		Entry("asterisks", "********0004", "XXXXXXXX0004", false),
		Entry("unmasked: the rest is dropped, and told", "000011110005", "XXXXXXXX0005", true),
		Entry("unmasked with spaces", "0000 1111 0006", "XXXXXXXX0006", true),
		Entry("three digits", "xxxxxxxxx007", "", false),
		Entry("masked at the wrong end", "0000xxxxxxxx", "", false),
		Entry("masked in the middle", "0000xxxxx000", "", false),
		Entry("blanks around it", " xxxxxxxx0009\n", "XXXXXXXX0009", false),
		Entry("too short", "008", "", false),
		Entry("a word", "not linked", "", false),
	)

	It("of another document is whole", func() {
		Expect(kyc.MaskNumber("FAKEP0000X").Reveal()).To(Equal("FAKEP0000X"))
		Expect(kyc.MaskNumber("FAKEP0000X").Exposed()).To(BeFalse())
	})

	DescribeTable("shows its tail", func(number kyc.Masked, want string) {
		Expect(number.Tail()).To(Equal(want))
	},
		Entry("of Aadhaar", kyc.MaskAadhaar("xxxxxxxx0000"), "0000"),
		Entry("of a PAN", kyc.MaskNumber("FAKEP0000X"), "000X"),
		Entry("of the shortest number that leaves half unsaid", kyc.MaskNumber("AB000012"), "0012"),
		Entry("not of what is mostly tail", kyc.MaskNumber("AB00001"), ""),
		Entry("of none", kyc.Masked{}, ""),
	)
})
