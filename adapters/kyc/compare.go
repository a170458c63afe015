package kyc

import (
	"bytes"
	"cmp"
	"log/slog"
	"slices"
	"strings"
)

// Verdict is what a comparison says of one member.
type Verdict string

// The verdicts.
const (
	Equal     Verdict = "equal"
	Alike     Verdict = "alike" // equal with the allowances of Member.Needs
	Different Verdict = "different"
	// NotCompared is of a member that one side leaves out, or writes so that nothing can be said: a birth that is no
	// date, a gender in a word of its own, a link in the place of a photo, a masked e-mail address.
	NotCompared Verdict = "not compared"
)

// Member is what a comparison says of one member. It holds no value.
type Member struct {
	Name    string // its path in Record: "Person.Name", "Person.Address.PIN", "Licence.ExpiresOn"
	Verdict Verdict
	// Needs are, of a member that is Alike, the sets of allowances any of which is enough, the smallest first; mostly
	// it is one. Nil for any other.
	Needs []Allowance
}

// Allowed reports whether the two sides do not contradict each other, if that is accepted.
func (m Member) Allowed(accept Allowance) bool {
	return m.Verdict != Different &&
		(m.Verdict != Alike || slices.ContainsFunc(m.Needs, func(set Allowance) bool { return set.within(accept) }))
}

// String is name, verdict and needs: "Person.Name alike but for case and spacing".
func (m Member) String() string {
	text := m.Name + " " + string(m.Verdict)
	for i, set := range m.Needs {
		text += []string{" but for ", ", or "}[min(i, 1)] + set.String()
	}
	return text
}

// Comparison is what Compare says of each member that one of two sides states, in the order of Record. It holds names
// of members, verdicts and allowances, and no value of a person: it can be logged, stored and shown.
type Comparison []Member

// Differences are the members in which the two contradict each other, unless what is accepted explains it: zero
// accepts nothing. Members that were not compared are none: see Compared.
func (c Comparison) Differences(accept Allowance) Comparison {
	return c.those(func(m Member) bool { return !m.Allowed(accept) })
}

// Compared reports whether both sides state the member of that name, so that there is a verdict on it. Two sides that
// have nothing in common do not differ: what has to be the same should be asked for.
func (c Comparison) Compared(name string) bool {
	return slices.ContainsFunc(c, func(m Member) bool { return m.Name == name && m.Verdict != NotCompared })
}

// Without is c without the members of those names, and without what lies beneath them: "Person.Address" is all parts
// of that.
func (c Comparison) Without(names ...string) Comparison {
	return c.those(func(m Member) bool {
		return !slices.ContainsFunc(names, func(name string) bool {
			return m.Name == name || strings.HasPrefix(m.Name, name+".")
		})
	})
}

func (c Comparison) those(want func(Member) bool) (all Comparison) {
	for _, m := range c {
		if want(m) {
			all = append(all, m)
		}
	}
	return all
}

// String tells all members, those that differ first: "Number different; Person.Name alike but for case; equal:
// Document, Person.Birth; not compared: Person.Photo".
func (c Comparison) String() string {
	var all []string
	for _, v := range []Verdict{Different, Alike, Equal, NotCompared} {
		var names []string
		for _, m := range c {
			switch {
			case m.Verdict != v:
			case v == Different || v == Alike:
				all = append(all, m.String())
			default:
				names = append(names, m.Name)
			}
		}
		if names != nil {
			all = append(all, string(v)+": "+strings.Join(names, ", "))
		}
	}
	if all == nil {
		return "no members"
	}
	return strings.Join(all, "; ")
}

// GomegaString is String, for the messages of failed tests.
func (c Comparison) GomegaString() string { return c.String() }

// LogValue is String.
func (c Comparison) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Compare says of each member of a document what two records of it say: a provider's and the signed one, or any two.
// A nil Record states nothing.
//
//   - Document: the same kind.
//   - Number: of Aadhaar the last four digits; of any other without case, whitespace and hyphens, which issuers write
//     as they like.
//   - Person: see [ComparePersons].
//   - IssuedOn, Licence.ExpiresOn: by what both know, as a birth.
//   - HolderType, Licence.IssuedBy: with AllowCase and AllowSpacing.
//   - Licence.Categories: the classes alone, as a set, with AllowCase and AllowSpacing. One that is not named leaves
//     open which the other side has more, and not which it has less.
//
// What a provider says of its own answer is not compared and not among the members: GeneratedAt, Verified, File, Raw.
func Compare(one, other *Record) Comparison {
	if one == nil {
		one = new(Record)
	}
	if other == nil {
		other = new(Record)
	}
	var c comparing
	c.add("Document", one.Document == "", other.Document == "", func() (Verdict, []Allowance) {
		return verdict(one.Document == other.Document)
	})
	c.persons(&one.Person, &other.Person)
	c.add("Number", one.Number.IsZero(), other.Number.IsZero(), func() (Verdict, []Allowance) {
		kinds := [2]Document{cmp.Or(one.Document, other.Document), cmp.Or(other.Document, one.Document)}
		return verdict(plainNumber(one.Number, kinds[0]) == plainNumber(other.Number, kinds[1]))
	})
	c.date("IssuedOn", one.IssuedOn, other.IssuedOn)
	c.text("HolderType", one.HolderType, other.HolderType)
	licences := [2]Licence{}
	for i, r := range []*Record{one, other} {
		if r.Licence != nil {
			licences[i] = *r.Licence
		}
	}
	c.text("Licence.IssuedBy", licences[0].IssuedBy, licences[1].IssuedBy)
	c.date("Licence.ExpiresOn", licences[0].ExpiresOn, licences[1].ExpiresOn)
	c.categories("Licence.Categories", licences[0].Categories, licences[1].Categories)
	return c.members
}

// ComparePersons says of each member of a person what two documents say, or a document and an account: an account's
// Consent.User and a Record's Person. The names are those of Compare. A nil Person states nothing.
//
//   - Name: with AllowCase, AllowSpacing, AllowOrder and AllowInitials. It may be in any letters; those of one script
//     are not compared with another's, nor is a letter with its accent apart the same as the composed one.
//   - Birth: by what both know; a year for a day of it needs AllowPrecision.
//   - Gender: by its code.
//   - CareOf: as Name, with AllowCareOf too.
//   - Address and Permanent: part by part, with AllowCase and AllowSpacing, and one line with one line alone: where
//     one side has the line and the other the parts, nothing is compared.
//   - Photo: by its bytes. A provider that compresses it anew makes it different: leave it out then, by Without.
//   - Mobile: by its digits, without a country code of 91; where one masks some of them, with AllowMask, and if there
//     are not four digits that both show, it is not compared.
//   - Email: with AllowCase. One that is masked is compared with none but itself.
//   - DigiLockerID: as it is.
func ComparePersons(one, other *Person) Comparison {
	if one == nil {
		one = new(Person)
	}
	if other == nil {
		other = new(Person)
	}
	var c comparing
	c.persons(one, other)
	return c.members
}

// comparing is a Comparison that is being made.
type comparing struct{ members Comparison }

// add adds a member, unless both sides leave it out; judge is asked if none does.
func (c *comparing) add(name string, oneLeaves, otherLeaves bool, judge func() (Verdict, []Allowance)) {
	if oneLeaves && otherLeaves {
		return
	}
	m := Member{Name: name, Verdict: NotCompared}
	if !oneLeaves && !otherLeaves {
		m.Verdict, m.Needs = judge()
	}
	c.members = append(c.members, m)
}

// verdict is that of two values that are the same or not.
func verdict(same bool) (Verdict, []Allowance) {
	if same {
		return Equal, nil
	}
	return Different, nil
}

// allowing is the verdict on two texts that may be the same with some of the allowances.
func allowing(may Allowance, same func(with Allowance) bool) (Verdict, []Allowance) {
	switch needs := needed(may, same); {
	case needs == nil:
		return Different, nil
	case needs[0] == 0:
		return Equal, nil
	default:
		return Alike, needs
	}
}

func (c *comparing) text(name string, one, other Private) {
	c.allowed(name, one, other, AllowUsual, sameText)
}

// allowed adds a text that may be the same with some of the allowances.
func (c *comparing) allowed(
	name string, one, other Private, may Allowance, same func(one, other string, with Allowance) bool,
) {
	c.add(name, one.IsZero(), other.IsZero(), func() (Verdict, []Allowance) {
		a, b := strings.TrimSpace(one.Reveal()), strings.TrimSpace(other.Reveal())
		return allowing(may, func(with Allowance) bool { return same(a, b, with) })
	})
}

func (c *comparing) date(name string, one, other Date) {
	c.add(name, one.IsZero(), other.IsZero(), func() (Verdict, []Allowance) {
		switch a, b := one.Precision(), other.Precision(); {
		case a == NoDate || b == NoDate:
			return NotCompared, nil
		case a == b:
			return verdict(one.ISO() == other.ISO())
		case one.ISO()[:len("2006")] == other.ISO()[:len("2006")]:
			return Alike, []Allowance{AllowPrecision}
		default:
			return Different, nil
		}
	})
}

func (c *comparing) persons(one, other *Person) {
	const asName = AllowUsual | AllowOrder | AllowInitials
	c.allowed("Person.Name", one.Name, other.Name, asName, sameName)
	c.date("Person.Birth", one.Birth, other.Birth)
	c.add("Person.Gender", one.Gender.IsZero(), other.Gender.IsZero(), func() (Verdict, []Allowance) {
		if one.Gender.Code() == "" || other.Gender.Code() == "" {
			return NotCompared, nil
		}
		return verdict(one.Gender.Code() == other.Gender.Code())
	})
	c.allowed("Person.CareOf", one.CareOf, other.CareOf, asName|AllowCareOf, sameName)
	c.address("Person.Address", &one.Address, &other.Address)
	c.address("Person.Permanent", &one.Permanent, &other.Permanent)
	c.add("Person.Photo", one.Photo.IsZero(), other.Photo.IsZero(), func() (Verdict, []Allowance) {
		if one.Photo.Bytes() == nil || other.Photo.Bytes() == nil {
			return NotCompared, nil
		}
		return verdict(bytes.Equal(one.Photo.Bytes(), other.Photo.Bytes()))
	})
	c.add("Person.Mobile", one.Mobile.IsZero(), other.Mobile.IsZero(), func() (Verdict, []Allowance) {
		return mobiles(one.Mobile.Reveal(), other.Mobile.Reveal())
	})
	c.add("Person.Email", one.Email.IsZero(), other.Email.IsZero(), func() (Verdict, []Allowance) {
		a, b := strings.TrimSpace(one.Email.Reveal()), strings.TrimSpace(other.Email.Reveal())
		if a != b && strings.Contains(a+b, "*") {
			return NotCompared, nil
		}
		return allowing(AllowCase, func(with Allowance) bool { return sameText(a, b, with) })
	})
	c.allowed("Person.DigiLockerID", one.DigiLockerID, other.DigiLockerID, 0, sameText)
}

func (c *comparing) address(name string, one, other *Address) {
	for _, part := range []struct {
		name       string
		one, other Private
	}{
		{"House", one.House, other.House}, {"Street", one.Street, other.Street},
		{"Landmark", one.Landmark, other.Landmark}, {"Locality", one.Locality, other.Locality},
		{"City", one.City, other.City}, {"PostOffice", one.PostOffice, other.PostOffice},
		{"SubDistrict", one.SubDistrict, other.SubDistrict}, {"District", one.District, other.District},
		{"State", one.State, other.State}, {"PIN", one.PIN, other.PIN}, {"Country", one.Country, other.Country},
		{"Line", one.Line, other.Line},
	} {
		c.text(name+"."+part.name, part.one, part.other)
	}
}

// categories compares which classes there are. A category without a class leaves that open, but for a class that the
// other side would have to have.
func (c *comparing) categories(name string, one, other []Category) {
	classes := func(all []Category, with Allowance) (set []string) {
		for _, category := range all {
			class := strings.TrimSpace(category.Class.Reveal())
			if with&AllowCase != 0 {
				class = fold(class)
			}
			if with&AllowSpacing != 0 {
				class = strings.Join(parts(class, with), "")
			}
			set = append(set, class)
		}
		slices.Sort(set)
		return slices.Compact(set)
	}
	unnamed := func(category Category) bool { return category.Class.IsZero() }
	beyond := func(some, all []Category) bool { // whether some has a class that all has not
		named := classes(slices.DeleteFunc(slices.Clone(some), unnamed), AllowUsual)
		every := classes(all, AllowUsual)
		return slices.ContainsFunc(named, func(class string) bool { return !slices.Contains(every, class) })
	}
	c.add(name, one == nil, other == nil, func() (Verdict, []Allowance) {
		open, otherOpen := slices.ContainsFunc(one, unnamed), slices.ContainsFunc(other, unnamed)
		switch {
		case open && !otherOpen && beyond(one, other), otherOpen && !open && beyond(other, one):
			return Different, nil
		case open || otherOpen:
			return NotCompared, nil
		}
		return allowing(AllowUsual, func(with Allowance) bool {
			return slices.Equal(classes(one, with), classes(other, with))
		})
	})
}

// plainNumber is a document's number as it can be compared. Both of Aadhaar's forms end in the digits that are left.
func plainNumber(n Masked, kind Document) string {
	number := strings.ToUpper(strings.Join(strings.FieldsFunc(n.Reveal(), func(c rune) bool {
		return c == '-' || c == ' ' || '\t' <= c && c <= '\r' || c == '\u00a0'
	}), ""))
	if kind == Aadhaar && len(number) > 4 {
		return number[len(number)-4:]
	}
	return number
}

// mobiles compares two mobile numbers by the digits that both show.
func mobiles(one, other string) (Verdict, []Allowance) {
	a, okA := mobile(one)
	b, okB := mobile(other)
	masked := strings.Contains(a+b, "*")
	switch {
	case !okA || !okB || len(a) != len(b) && masked:
		return NotCompared, nil
	case !masked || a == b:
		return verdict(a == b)
	}
	shown := 0
	for i := range len(a) {
		switch {
		case a[i] == '*' || b[i] == '*':
		case a[i] != b[i]:
			return Different, nil
		default:
			shown++
		}
	}
	if shown < 4 {
		return NotCompared, nil
	}
	return Alike, []Allowance{AllowMask}
}

// mobile is a mobile number in digits and, for those that are masked, stars; ok is false if it has other letters.
func mobile(s string) (number string, ok bool) {
	ok = true
	number = strings.Map(func(r rune) rune {
		switch {
		case '0' <= r && r <= '9':
			return r
		case strings.ContainsRune("xX*", r):
			return '*'
		case strings.ContainsRune(" +-()./\t", r):
			return -1
		default:
			ok = false
			return -1
		}
	}, s)
	if long := strings.TrimLeft(number, "0"); len(long) == 12 && strings.HasPrefix(long, "91") {
		return long[2:], ok
	} else if len(number) == 11 && len(long) == 10 {
		return long, ok
	}
	return number, ok && number != ""
}
