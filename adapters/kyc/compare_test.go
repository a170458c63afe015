package kyc_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/format"

	"example.com/digilocker/adapters/kyc"
)

// The sets of allowances that an entry expects.
const (
	cased     = kyc.AllowCase
	spaced    = kyc.AllowSpacing
	ordered   = kyc.AllowOrder
	initialed = kyc.AllowInitials
	both      = kyc.AllowUsual
)

// said is a verdict as an entry has it: needs of nothing are Equal, a nil needs is Different.
func said(c kyc.Comparison, name string) any {
	GinkgoHelper()
	at := slices.IndexFunc(c, func(m kyc.Member) bool { return m.Name == name })
	if at < 0 {
		return "not a member"
	}
	if c[at].Verdict == kyc.Alike {
		return c[at].Needs
	}
	Expect(c[at].Needs).To(BeNil())
	return c[at].Verdict
}

func needs(sets ...kyc.Allowance) []kyc.Allowance { return sets }

// holds says that a pair has that verdict, whichever comes first, and that each is equal to itself.
func holds[T any](name string, compare func(one, other T) kyc.Comparison, one, other T, want any) {
	GinkgoHelper()
	Expect(said(compare(one, other), name)).To(Equal(want))
	Expect(said(compare(other, one), name)).To(Equal(want), "the other way round")
}

func named(name string) *kyc.Person { return &kyc.Person{Name: kyc.Hide(name)} }

var _ = Describe("A comparison", func() {
	DescribeTable("of names is", func(one, other string, want any) {
		holds("Person.Name", kyc.ComparePersons, named(one), named(other), want)
	},
		Entry("equal", "Fake Person", "Fake Person", kyc.Equal),
		Entry("equal but for blanks around it", " Fake Person", "Fake Person\n", kyc.Equal),
		Entry("alike but for case", "FAKE PERSON", "Fake Person", needs(cased)),
		Entry("alike but for a blank", "FakePerson", "Fake Person", needs(spaced)),
		Entry("alike but for another blank", "Fake\u00a0\tPerson", "Fake Person", needs(spaced)),
		Entry("alike but for punctuation", "Fake D'Person-Smith, Jr.", "Fake DPersonSmith Jr", needs(spaced)),
		Entry("alike but for case and spacing", "FAKE-PERSON", "Fake Person", needs(both)),
		Entry("alike but for order", "Person Fake", "Fake Person", needs(ordered)),
		Entry("alike but for order and a comma", "Person, Fake", "Fake Person", needs(spaced|ordered)),
		Entry("alike but for an initial", "F Person", "Fake Person", needs(initialed)),
		Entry("alike but for an initial with its dot", "F. Person", "Fake Person", needs(spaced|initialed)),
		Entry("alike but for an initial in another case", "f Person", "Fake Person", needs(cased|initialed)),
		Entry("alike but for an initial each", "Fake M Person", "F Marble Person", needs(initialed)),
		Entry("alike but for order and an initial", "Person F", "Fake Person", needs(ordered|initialed)),
		Entry("alike by one allowance or another", "F Fake Person", "Fake F Person", needs(ordered, initialed)),
		Entry("different by a word", "Fake Person", "Fake Another", kyc.Different),
		Entry("different by a part that is missing", "Fake Marble Person", "Fake Person", kyc.Different),
		Entry("different by an initial", "G Person", "Fake Person", kyc.Different),
		Entry("different if all is initials", "F P", "Fake Person", kyc.Different),
		Entry("different if an initial stands for nothing", "F F Person", "Fake Person", kyc.Different),
		Entry("different if two words have one initial", "Fake Foo Person", "F Fie Person", kyc.Different),
		Entry("different if nothing but punctuation is left", "..", "--", kyc.Different),
		Entry("equal in other letters",
			"नकली व्यक्ति", "नकली व्यक्ति", kyc.Equal),
		Entry("alike in other letters by an initial",
			"न व्यक्ति", "नकली व्यक्ति", needs(initialed)),
		Entry("alike but for the case of other letters", "ÉLODIE ΣΊΣΥΦΟΣ", "Élodie Σίσυφος", needs(cased)),
		Entry("different in other letters", "नकली व्यक्ति", "Fake Person", kyc.Different),
		Entry("different if an accent stands apart", "E\u0301lodie", "Élodie", kyc.Different),
		Entry("different by bytes that are no text", "Fake \xe9", "Fake \xe8", kyc.Different),
		Entry("not there if nobody says it", "", " ", "not a member"),
		Entry("left open if one leaves it out", "Fake Person", "", kyc.NotCompared),
	)

	It("of names finds a way to pair their parts where there is one", func() {
		words := []string{"F", "Fa", "Fo", "P", "Pa"}
		names := [][]string{{}}
		for from, length := 0, 0; length < 3; length++ {
			until := len(names)
			for _, name := range names[from:until] {
				for _, word := range words {
					names = append(names, append(slices.Clone(name), word))
				}
			}
			from = until
		}
		for _, one := range names[1:] {
			for _, other := range names[1:] {
				c := kyc.ComparePersons(named(strings.Join(one, " ")), named(strings.Join(other, " ")))
				Expect(c[0].Allowed(ordered|initialed)).To(Equal(pairable(one, other)), "%v and %v", one, other)
			}
		}
	})

	It("of names is done with tens of thousands of parts", func() {
		letters := strings.Split(strings.Repeat("F G H ", 20_000), " ")
		words := slices.Clone(letters)
		words[0], words[1], letters[2] = "Fake", "Hidden", "Hidden"
		is := func(want any) {
			one, other := named(strings.Join(letters, " ")), named(strings.Join(words, " "))
			holds("Person.Name", kyc.ComparePersons, one, other, want)
		}
		is(kyc.Different)
		words[1], words[2] = "G", "Hidden"
		is(needs(initialed))
		slices.Reverse(words)
		is(needs(ordered | initialed))
	})

	DescribeTable("of a care-of is", func(one, other string, want any) {
		person := func(text string) *kyc.Person { return &kyc.Person{CareOf: kyc.Hide(text)} }
		holds("Person.CareOf", kyc.ComparePersons, person(one), person(other), want)
	},
		Entry("equal", "S/O Fake Elder", "S/O Fake Elder", kyc.Equal),
		Entry("alike but for its prefix", "S/O Fake Elder", "Fake Elder", needs(kyc.AllowCareOf)),
		Entry("alike but for how that is written", "S/O: Fake Elder", "s/o Fake Elder", needs(kyc.AllowCareOf)),
		Entry("alike but for another one", "C/O Fake Elder", "D/O, Fake Elder", needs(kyc.AllowCareOf)),
		Entry("alike as a name is", "W/O F. ELDER", "Fake Elder", needs(kyc.AllowCareOf|both|initialed)),
		Entry("different", "S/O Fake Elder", "S/O Fake Other", kyc.Different),
		Entry("different by what only begins like a prefix", "S/Oscar", "Oscar", kyc.Different),
	)

	DescribeTable("of births is", func(one, other string, want any) {
		person := func(text string) *kyc.Person { return &kyc.Person{Birth: kyc.ParseDate(text)} }
		holds("Person.Birth", kyc.ComparePersons, person(one), person(other), want)
	},
		Entry("equal", "15-05-1990", "1990-05-15", kyc.Equal),
		Entry("equal by the year", "1990", "1990", kyc.Equal),
		Entry("alike but for precision", "1990", "15-05-1990", needs(kyc.AllowPrecision)),
		Entry("different by the year", "1991", "15-05-1990", kyc.Different),
		Entry("different by the month", "15-06-1990", "15-05-1990", kyc.Different),
		Entry("different by the day", "16-05-1990", "15-05-1990", kyc.Different),
		Entry("left open by what is no date", "the ides of March", "15-03-1990", kyc.NotCompared),
		Entry("left open", "", "15-03-1990", kyc.NotCompared),
	)

	DescribeTable("of genders is", func(one, other string, want any) {
		person := func(text string) *kyc.Person { return &kyc.Person{Gender: kyc.ParseGender(text)} }
		holds("Person.Gender", kyc.ComparePersons, person(one), person(other), want)
	},
		Entry("equal by their code", "female", "F", kyc.Equal),
		Entry("different", "female", "T", kyc.Different),
		Entry("left open by a word of its own", "other", "T", kyc.NotCompared),
	)

	DescribeTable("of mobile numbers is", func(one, other string, want any) {
		person := func(text string) *kyc.Person { return &kyc.Person{Mobile: kyc.Hide(text)} }
		holds("Person.Mobile", kyc.ComparePersons, person(one), person(other), want)
	},
		Entry("equal", "9000000001", "9000000001", kyc.Equal),
		Entry("equal but for grouping and country", "+91 (90000) 000-01", "9000000001", kyc.Equal),
		Entry("equal but for a trunk prefix", "0091 9000000001", "09000000001", kyc.Equal),
		Entry("equal, both with one mask", "XXXXXX0001", "XXXXXX0001", kyc.Equal),
		Entry("alike but for a mask", "XXXXXX0001", "9000000001", needs(kyc.AllowMask)),
		Entry("alike but for two masks", "90****0001", "xxxxxx0001", needs(kyc.AllowMask)),
		Entry("different", "9000000001", "9000000002", kyc.Different),
		Entry("different by length", "9000000001", "900000001", kyc.Different),
		Entry("different by what is shown", "XXXXXX0002", "9000000001", kyc.Different),
		Entry("left open if too little is shown", "90XXXXXXX1", "9000000001", kyc.NotCompared),
		Entry("left open by a mask of another length", "XXXX0001", "9000000001", kyc.NotCompared),
		Entry("left open by what is no number", "not given", "9000000001", kyc.NotCompared),
		Entry("left open by what has no digit", "()", "9000000001", kyc.NotCompared),
	)

	DescribeTable("of e-mail addresses is", func(one, other string, want any) {
		person := func(text string) *kyc.Person { return &kyc.Person{Email: kyc.Hide(text)} }
		holds("Person.Email", kyc.ComparePersons, person(one), person(other), want)
	},
		Entry("equal", "f.person@mail.example", "f.person@mail.example", kyc.Equal),
		Entry("alike but for case", "F.Person@Mail.example", "f.person@mail.example", needs(cased)),
		Entry("different by a dot", "fperson@mail.example", "f.person@mail.example", kyc.Different),
		Entry("equal if both are masked alike", "f*****@mail.example", "f*****@mail.example", kyc.Equal),
		Entry("left open by a mask", "f*****@mail.example", "f.person@mail.example", kyc.NotCompared),
	)

	DescribeTable("of photos is", func(one, other string, want any) {
		person := func(text string) *kyc.Person { return &kyc.Person{Photo: kyc.ParsePhoto(text)} }
		holds("Person.Photo", kyc.ComparePersons, person(one), person(other), want)
	},
		Entry("equal by the bytes", photo("one"), "data:image/jpeg;base64,"+photo("one"), kyc.Equal),
		Entry("different", photo("one"), photo("two"), kyc.Different),
		Entry("left open by a link", photo("one"), "https://files.example/photo", kyc.NotCompared),
	)

	It("of addresses is by their parts, and a line is compared with a line alone", func() {
		at := func(house, city, pin string) *kyc.Person {
			return &kyc.Person{Address: kyc.Address{House: kyc.Hide(house), City: kyc.Hide(city), PIN: kyc.Hide(pin)}}
		}
		parts, other := at("12-A", "Sampleville", "110 001"), at("12A", "Fakeville", "110001")
		line := &kyc.Person{Address: kyc.Address{Line: kyc.Hide("12-A, Sampleville, 110001")}}
		shout := &kyc.Person{Address: kyc.Address{Line: kyc.Hide("12 A SAMPLEVILLE 110001")}, Permanent: line.Address}
		c := kyc.ComparePersons(parts, other)
		Expect(said(c, "Person.Address.House")).To(Equal(needs(spaced)))
		Expect(said(c, "Person.Address.PIN")).To(Equal(needs(spaced)))
		Expect(said(c, "Person.Address.City")).To(Equal(kyc.Different))
		Expect(c).To(HaveLen(3))
		Expect(kyc.ComparePersons(parts, line)).To(And(HaveLen(4), HaveEach(HaveField("Verdict", kyc.NotCompared))))
		c = kyc.ComparePersons(shout, line)
		Expect(said(c, "Person.Address.Line")).To(Equal(needs(both)))
		Expect(said(c, "Person.Permanent.Line")).To(Equal(kyc.NotCompared))
	})

	DescribeTable("of numbers is", func(one, other *kyc.Record, want any) {
		holds("Number", kyc.Compare, one, other, want)
	},
		Entry("by the last four digits of an Aadhaar", numbered(kyc.Aadhaar, kyc.MaskAadhaar("xxxx-xxxx-0001")),
			numbered(kyc.Aadhaar, kyc.MaskNumber("9999 0000 0001")), kyc.Equal),
		Entry("by the last four digits, if one side does not say what it is",
			numbered(kyc.Aadhaar, kyc.MaskAadhaar("0001")),
			numbered("", kyc.MaskNumber("9999 0000 0001")), kyc.Equal),
		Entry("different by those", numbered(kyc.Aadhaar, kyc.MaskAadhaar("xxxx-xxxx-0001")),
			numbered(kyc.Aadhaar, kyc.MaskAadhaar("xxxx-xxxx-0002")), kyc.Different),
		Entry("of a PAN without its case", numbered(kyc.PAN, kyc.MaskNumber("AAAPA0000A")),
			numbered(kyc.PAN, kyc.MaskNumber(" aaapa 0000a")), kyc.Equal),
		Entry("of a licence without blanks and hyphens",
			numbered(kyc.DrivingLicence, kyc.MaskNumber("XX00 00000000000")),
			numbered(kyc.DrivingLicence, kyc.MaskNumber("XX-0000000000000")), kyc.Equal),
		Entry("of a PAN different by all of it", numbered(kyc.PAN, kyc.MaskNumber("AAAPA0000A")),
			numbered(kyc.PAN, kyc.MaskNumber("AAAPB0000A")), kyc.Different),
		Entry("different if they are of two kinds", numbered(kyc.Aadhaar, kyc.MaskAadhaar("xxxx-xxxx-0001")),
			numbered(kyc.DrivingLicence, kyc.MaskNumber("XX00 0000000001")), kyc.Different),
		Entry("left open",
			numbered(kyc.PAN, kyc.MaskNumber("AAAPA0000A")), numbered(kyc.PAN, kyc.Masked{}), kyc.NotCompared),
	)

	It("is of the kinds of documents, too", func() {
		pan, aadhaar := numbered(kyc.PAN, kyc.Masked{}), numbered(kyc.Aadhaar, kyc.Masked{})
		holds("Document", kyc.Compare, pan, numbered(kyc.PAN, kyc.Masked{}), kyc.Equal)
		holds("Document", kyc.Compare, pan, aadhaar, kyc.Different)
		holds("Document", kyc.Compare, pan, nil, kyc.NotCompared)
	})

	DescribeTable("of the classes that a licence covers is", func(one, other string, want any) {
		holds("Licence.Categories", kyc.Compare, licensed(one), licensed(other), want)
	},
		Entry("equal in whatever order, and if one stands there twice", "LMV MCWG", "MCWG LMV LMV", kyc.Equal),
		Entry("alike but for case", "LMV MCWG", "mcwg lmv", needs(cased)),
		Entry("different if one has more", "LMV", "LMV MCWG", kyc.Different),
		Entry("left open by one without a class", "LMV", "LMV -", kyc.NotCompared),
		Entry("left open by one without a class, where the other has more", "LMV MCWG", "lm-v -", kyc.NotCompared),
		Entry("left open by one without a class in each", "LMV -", "MCWG -", kyc.NotCompared),
		Entry("different if one has more beside one without a class", "LMV", "LMV MCWG -", kyc.Different),
		Entry("left open", "LMV", "", kyc.NotCompared),
	)

	It("is of all else that a licence says, and of a PAN's holder", func() {
		one := &kyc.Record{IssuedOn: kyc.ParseDate("2001"), HolderType: kyc.Hide("Individual"), Licence: &kyc.Licence{
			IssuedBy: kyc.Hide("RTO, Sampleville"), ExpiresOn: kyc.ParseDate("01-01-2031"),
		}}
		other := &kyc.Record{IssuedOn: kyc.ParseDate("02-02-2001"), HolderType: kyc.Hide("INDIVIDUAL")}
		other.Licence = &kyc.Licence{IssuedBy: kyc.Hide("RTO Sampleville"), ExpiresOn: kyc.ParseDate("01-01-2032")}
		c := kyc.Compare(one, other)
		Expect(said(c, "IssuedOn")).To(Equal(needs(kyc.AllowPrecision)))
		Expect(said(c, "HolderType")).To(Equal(needs(cased)))
		Expect(said(c, "Licence.IssuedBy")).To(Equal(needs(spaced)))
		Expect(said(c, "Licence.ExpiresOn")).To(Equal(kyc.Different))
		Expect(kyc.Compare(one, new(kyc.Record))).To(And(HaveLen(4), HaveEach(HaveField("Verdict", kyc.NotCompared))))
	})

	It("is of nothing if there is nothing", func() {
		Expect(kyc.Compare(nil, nil)).To(BeEmpty())
		Expect(kyc.ComparePersons(nil, nil)).To(BeEmpty())
		Expect(kyc.Compare(nil, nil).String()).To(Equal("no members"))
		Expect(kyc.ComparePersons(nil, named("Fake Person"))).To(ConsistOf(HaveField("Verdict", kyc.NotCompared)))
	})

	one := &kyc.Record{Document: kyc.PAN, Number: kyc.MaskNumber("AAAPA0000A"), Person: kyc.Person{
		Name: kyc.Hide("Fake Person"), Birth: kyc.ParseDate("1990"), DigiLockerID: kyc.Hide("fake-id"),
	}}
	other := &kyc.Record{Document: kyc.PAN, Number: kyc.MaskNumber("AAAPB0000B"), Person: kyc.Person{
		Name: kyc.Hide("F PERSON"), Birth: kyc.ParseDate("15-05-1990"),
		Address: kyc.Address{PIN: kyc.Hide("110001"), City: kyc.Hide("Sampleville")},
	}}

	It("tells as differences what the caller does not accept", func() {
		c := kyc.Compare(one, other)
		names := func(c kyc.Comparison) (all []string) {
			for _, m := range c {
				all = append(all, m.Name)
			}
			return all
		}
		Expect(names(c.Differences(0))).To(Equal([]string{"Person.Name", "Person.Birth", "Number"}))
		Expect(names(c.Differences(kyc.AllowUsual))).To(Equal([]string{"Person.Name", "Person.Birth", "Number"}))
		Expect(names(c.Differences(cased | initialed))).To(Equal([]string{"Person.Birth", "Number"}))
		Expect(names(c.Differences(^kyc.Allowance(0)))).To(Equal([]string{"Number"}))
		Expect(c.Without("Number").Differences(^kyc.Allowance(0))).To(BeEmpty())
		Expect(names(c.Without("Person.Address", "Document", "Num"))).To(Equal([]string{
			"Person.Name", "Person.Birth", "Person.DigiLockerID", "Number",
		}))
		Expect(c.Compared("Person.Name")).To(BeTrue())
		Expect(c.Compared("Person.DigiLockerID")).To(BeFalse(), "one leaves it out")
		Expect(c.Compared("Person.Photo")).To(BeFalse(), "both do")
	})

	It("reads well, and shows no value of a person in any way of printing it", func() {
		c := kyc.Compare(one, other)
		const text = "Number different; Person.Name alike but for case and initials; " +
			"Person.Birth alike but for precision; equal: Document; not compared: " +
			"Person.Address.City, Person.Address.PIN, " +
			"Person.DigiLockerID"
		Expect(c.String()).To(Equal(text))
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("compared", "comparison", c)
		stored, err := json.Marshal(c)
		Expect(err).NotTo(HaveOccurred())
		Expect(format.Object(c, 0)).To(ContainSubstring("Number different"))
		Expect(log.String()).To(ContainSubstring("Number different"))
		inFmt := fmt.Sprintf("%v %+v %#v", c, c, c)
		for _, printed := range []string{log.String(), string(stored), format.Object(c, 1), inFmt} {
			for _, value := range []string{"Fake", "PERSON", "1990", "AAAP", "110001", "Sample", "fake-id"} {
				Expect(printed).NotTo(ContainSubstring(value))
			}
		}
		var again kyc.Comparison
		Expect(json.Unmarshal(stored, &again)).To(Succeed())
		Expect(again).To(Equal(c))
	})

	DescribeTable("names what was allowed", func(a kyc.Allowance, want string) {
		Expect(a.String()).To(Equal(want))
	},
		Entry(nil, kyc.Allowance(0), "none"),
		Entry(nil, kyc.AllowCase, "case"),
		Entry(nil, kyc.AllowUsual, "case and spacing"),
		Entry(nil, ^kyc.Allowance(0), "case, spacing, order, initials, care-of, precision, mask and allowance 128"),
	)
})

// pairable reports whether the parts can be paired so that each pair is a word and itself or its initial, one of them
// the former: it tries all ways.
func pairable(one, other []string) bool {
	if slices.Equal(slices.Sorted(slices.Values(one)), slices.Sorted(slices.Values(other))) {
		return true // the order alone
	}
	var try func(one, other []string, whole bool) bool
	try = func(one, other []string, whole bool) bool {
		if len(one) == 0 || len(other) == 0 {
			return whole && len(one) == len(other)
		}
		for i, with := range other {
			same := one[0] == with
			short, long := min(one[0], with), max(one[0], with) // an initial comes before its word
			if !same && (len(short) != 1 || !strings.HasPrefix(long, short)) {
				continue
			}
			if try(one[1:], slices.Concat(other[:i], other[i+1:]), whole || same && len(with) > 1) {
				return true
			}
		}
		return false
	}
	return try(one, other, false) || slices.Equal(one, other)
}

func photo(of string) string { return base64.StdEncoding.EncodeToString([]byte("\xff\xd8\xff" + of)) }

func numbered(kind kyc.Document, number kyc.Masked) *kyc.Record {
	return &kyc.Record{Document: kind, Number: number}
}

// licensed is a licence of those classes; "-" is one that is not named.
func licensed(classes string) *kyc.Record {
	licence := new(kyc.Licence)
	for _, class := range strings.Fields(classes) {
		licence.Categories = append(licence.Categories, kyc.Category{Class: kyc.Hide(strings.Trim(class, "-"))})
	}
	return &kyc.Record{Licence: licence}
}
