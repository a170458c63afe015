package kyc_test

import (
	"encoding/base64"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
)

var _ = Describe("A date", func() {
	DescribeTable("is read in every documented form", func(given, iso string, precision kyc.Precision) {
		date := kyc.ParseDate(given)
		Expect(date.ISO()).To(Equal(iso))
		Expect(date.Precision()).To(Equal(precision))
		Expect(date.Raw()).To(Equal(given))
	},
		Entry("DD-MM-YYYY", "22-01-1980", "1980-01-22", kyc.FullDate),
		Entry("day before month", "02-03-1995", "1995-03-02", kyc.FullDate),
		Entry("YYYY-MM-DD", "1990-05-15", "1990-05-15", kyc.FullDate),
		Entry("DD/MM/YYYY", "15/05/1990", "1990-05-15", kyc.FullDate),
		Entry("DDMMYYYY", "15051990", "1990-05-15", kyc.FullDate),
		Entry("year only", "1990", "1990", kyc.YearOnly),
		Entry("with blanks", " 15-05-1990\n", "1990-05-15", kyc.FullDate),
		Entry("leap day", "29-02-2000", "2000-02-29", kyc.FullDate),
		Entry("future, as of a licence", "16-09-2039", "2039-09-16", kyc.FullDate),
		Entry("no leap day", "29-02-1900", "", kyc.NoDate),
		Entry("no such day", "31-02-1990", "", kyc.NoDate),
		Entry("month before day", "05-15-1990", "", kyc.NoDate),
		Entry("YYYYMMDD, which nobody documents", "20121012", "", kyc.NoDate),
		Entry("two-digit year", "15-05-90", "", kyc.NoDate),
		Entry("no date at all", "not available", "", kyc.NoDate),
		Entry("the first year", "1850", "1850", kyc.YearOnly),
		Entry("a year too early", "31-12-1849", "", kyc.NoDate),
		Entry("the last year", "31-12-2199", "2199-12-31", kyc.FullDate),
		Entry("a year too far", "01-01-2200", "", kyc.NoDate),
		Entry("year zero", "0000", "", kyc.NoDate),
		Entry("absent", "", "", kyc.NoDate),
	)

	It("has no month and no day if only the year is known", func() {
		year, month, day := kyc.ParseDate("1990").Parts()
		Expect([]int{year, int(month), day}).To(Equal([]int{1990, 0, 0}))
	})

	DescribeTable("has parts", func(given string, year int, month time.Month, day int) {
		y, m, d := kyc.ParseDate(given).Parts()
		Expect([]any{y, m, d}).To(Equal([]any{year, month, day}))
	},
		Entry("all", "22-01-1980", 1980, time.January, 22),
		Entry("none if unreadable", "31-02-1990", 0, time.Month(0), 0),
		Entry("none if absent", "", 0, time.Month(0), 0),
	)
})

var _ = Describe("A time stamp", func() {
	DescribeTable("is read", func(given, want string) {
		stamp, err := kyc.ParseTime(given)
		Expect(err).NotTo(HaveOccurred())
		Expect(stamp.Format(time.RFC3339Nano)).To(Equal(want))
	},
		Entry("RFC 3339, UTC", "2025-09-30T07:10:00Z", "2025-09-30T07:10:00Z"),
		Entry("RFC 3339, India", "2021-10-05T19:06:28+05:30", "2021-10-05T19:06:28+05:30"),
		Entry("RFC 3339, with milliseconds", "2021-10-26T17:17:36.342+05:30", "2021-10-26T17:17:36.342+05:30"),
		Entry("RFC 1123", "Wed, 23 Jun 2021 19:33:55 GMT", "2021-06-23T19:33:55Z"),
		Entry("RFC 1123 with an offset", "Wed, 23 Jun 2021 19:33:55 +0530", "2021-06-23T19:33:55+05:30"),
		Entry("a blank for the T", "2026-03-01 10:00:00Z", "2026-03-01T10:00:00Z"),
		Entry("a blank for the T, with an offset", "2026-03-01 10:00:00.5+05:30", "2026-03-01T10:00:00.5+05:30"),
		Entry("an offset without its colon", "2026-03-01T10:00:00+0530", "2026-03-01T10:00:00+05:30"),
		Entry("blanks on both sides of the time", "2026-03-01 10:00:00 +0530", "2026-03-01T10:00:00+05:30"),
		Entry("absent", " ", "0001-01-01T00:00:00Z"),
	)

	DescribeTable("is read in a provider's own zone", func(given, want string, whole bool) {
		stamp, isWhole, err := kyc.ParseTimeIn(given, time.FixedZone("", 19800))
		Expect(err).NotTo(HaveOccurred())
		Expect(stamp.Format(time.RFC3339)).To(Equal(want))
		Expect(isWhole).To(Equal(whole))
	},
		Entry("if it says none", "2026-03-01 10:00:00", "2026-03-01T10:00:00+05:30", false),
		Entry("if it says none, with a T", "2026-03-01T10:00:00.25", "2026-03-01T10:00:00+05:30", false),
		Entry("but not if it says one", "2026-03-01 10:00:00Z", "2026-03-01T10:00:00Z", true),
		Entry("nor if it says nothing", "", "0001-01-01T00:00:00Z", true),
	)

	It("is not guessed in any zone", func() {
		stamp, whole, err := kyc.ParseTimeIn("20210419145604802", time.UTC)
		Expect(err).To(MatchError(kyc.ErrUnexpected))
		Expect(stamp).To(BeZero())
		Expect(whole).To(BeFalse())
	})

	DescribeTable("is not guessed", func(given string) {
		stamp, err := kyc.ParseTime(given)
		Expect(err).To(MatchError(kyc.ErrUnexpected))
		Expect(stamp).To(BeZero())
	},
		Entry("a zone's letters say no offset", "Wed, 23 Jun 2021 19:33:55 IST"),
		Entry("no zone", "2021-10-05T19:06:28"),
		Entry("no zone, and a blank", "2021-10-05 19:06:28"),
		Entry("digits", "20210419145604802"),
		Entry("a word", "soon"),
	)
})

var _ = Describe("A gender", func() {
	DescribeTable("is one of three", func(given string, want kyc.GenderCode) {
		gender := kyc.ParseGender(given)
		Expect(gender.Code()).To(Equal(want))
		Expect(gender.Raw()).To(Equal(given))
	},
		Entry("M", "M", kyc.Male), Entry("Male", "Male", kyc.Male), Entry("MALE", "MALE", kyc.Male), Entry("m", "m", kyc.Male),
		Entry("F", "F", kyc.Female), Entry("Female", "Female", kyc.Female), Entry("FEMALE", " FEMALE", kyc.Female),
		Entry("T", "T", kyc.Transgender), Entry("Transgender", "Transgender", kyc.Transgender),
		Entry("a word nobody documented", "X", kyc.GenderCode("")),
		Entry("not stated", "", kyc.GenderCode("")),
	)
})

var _ = Describe("A photo", func() {
	encode := base64.StdEncoding.EncodeToString
	const jpeg, jp2, j2c, png = "\xff\xd8\xff\xe0no picture", "\x00\x00\x00\x0cjP  no picture", "\xff\x4f\xff\x51no picture", "\x89PNG\r\n\x1a\n"

	DescribeTable("is judged by its first bytes", func(given, mediaType, picture string) {
		photo := kyc.ParsePhoto(given)
		Expect(photo.Type()).To(Equal(mediaType))
		Expect(string(photo.Bytes())).To(Equal(picture))
		Expect(photo.Link()).To(BeEmpty())
		Expect(photo.Raw()).To(Equal(given))
	},
		Entry("JPEG", encode([]byte(jpeg)), "image/jpeg", jpeg),
		Entry("JPEG 2000 file", encode([]byte(jp2)), "image/jp2", jp2),
		Entry("JPEG 2000 code stream", encode([]byte(j2c)), "image/j2c", j2c),
		Entry("PNG", encode([]byte(png)), "image/png", png),
		Entry("unpadded", base64.RawStdEncoding.EncodeToString([]byte(jpeg)), "image/jpeg", jpeg),
		Entry("broken into lines", encode([]byte(jpeg))[:8]+"\r\n  "+encode([]byte(jpeg))[8:]+"\n", "image/jpeg", jpeg),
		Entry("as a data URL", "data:image/jpeg;base64,"+encode([]byte(jpeg)), "image/jpeg", jpeg),
		Entry("as a data URL of another type, in capitals", " DATA:image/png;charset=x;BASE64,"+encode([]byte(jpeg)), "image/jpeg", jpeg),
		Entry("as a data URL without a type, broken into lines", "data:;base64,\n"+encode([]byte(png))[:8]+"\n"+encode([]byte(png))[8:], "image/png", png),
		Entry("in the alphabet of URLs", base64.URLEncoding.EncodeToString([]byte(jpeg)), "image/jpeg", jpeg),
		Entry("in the alphabet of URLs, broken into lines", "_9j_\n\t4G5vIHBpY3R1cmU=", "image/jpeg", jpeg),
		Entry("with its padding on another line", encode([]byte("\xff\xd8\xff0"))[:6]+"=\n=", "image/jpeg",
			"\xff\xd8\xff0"),
		Entry("with its type on two lines", "/9 j/4G5vIHBpY3R1cmU=", "image/jpeg", jpeg),
		Entry("as a data URL that is no base64", "data:image/jpeg,%FF%D8%FF", "", ""),
		Entry("cut off, as in a published example", "/9j/4AAQSkZJRgABAQ...", "image/jpeg", ""),
		Entry("cut off inside a byte", "/9j/4AAQS", "image/jpeg", ""),
		Entry("base64 of something else", encode([]byte("GIF no picture")), "", ""),
		Entry("a word", "PHOTO_LINK", "", ""),
		Entry("absent", "", "", ""),
	)

	It("is decoded into one piece of memory", func() {
		given := portrait()
		read := testing.AllocsPerRun(5, func() { kyc.ParsePhoto(given) })
		Expect(read).To(BeNumerically("<=", 4), "picture, Photo, and its beginning")
	})

	It("may be a link", func() {
		photo := kyc.ParsePhoto("https://photos.invalid/1")
		Expect(photo.Link()).To(Equal("https://photos.invalid/1"))
		Expect(photo.Type()).To(BeEmpty())
		Expect(photo.Bytes()).To(BeNil())
	})
})

var _ = Describe("An address", func() {
	DescribeTable("is one line", func(address kyc.Address, want string) {
		Expect(address.OneLine().Reveal()).To(Equal(want))
		Expect(address.IsZero()).To(Equal(want == ""))
	},
		Entry("of its known parts, from the house outwards", kyc.Address{
			Country: kyc.Hide("Testland"), PIN: kyc.Hide("000000"), State: kyc.Hide("Teststate"), District: kyc.Hide("Testdist"),
			SubDistrict: kyc.Hide("Testsub"), PostOffice: kyc.Hide("Testpo"), City: kyc.Hide("Testtown"), Locality: kyc.Hide(""),
			Landmark: kyc.Hide("Near Nothing"), Street: kyc.Hide("Test Street"), House: kyc.Hide("1 Nowhere"),
		}, "1 Nowhere, Test Street, Near Nothing, Testtown, Testpo, Testsub, Testdist, Teststate, 000000, Testland"),
		Entry("without repeating a name", kyc.Address{
			Locality: kyc.Hide("Testtown"), City: kyc.Hide("Testtown"), District: kyc.Hide("Testtown"),
			State: kyc.Hide("Teststate"),
		}, "Testtown, Teststate"),
		Entry("as given, if it is given", kyc.Address{House: kyc.Hide("1"), Line: kyc.Hide("1 NOWHERE,TESTTOWN")}, "1 NOWHERE,TESTTOWN"),
		Entry("or nothing", kyc.Address{}, ""),
	)
})

var _ = Describe("A person", func() {
	DescribeTable("is known as soon as one thing is", func(person kyc.Person) {
		Expect(person.IsZero()).To(BeFalse())
	},
		Entry("name", kyc.Person{Name: kyc.Hide("Invented Person")}), Entry("birth", kyc.Person{Birth: kyc.ParseDate("1990")}),
		Entry("gender", kyc.Person{Gender: kyc.ParseGender("T")}), Entry("care of", kyc.Person{CareOf: kyc.Hide("C/O Nobody")}),
		Entry("address", kyc.Person{Address: kyc.Address{PIN: kyc.Hide("000000")}}),
		Entry("permanent address", kyc.Person{Permanent: kyc.Address{Line: kyc.Hide("1 Nowhere")}}),
		Entry("photo", kyc.Person{Photo: kyc.ParsePhoto("PHOTO_LINK")}), Entry("mobile", kyc.Person{Mobile: kyc.Hide("x0100")}),
		Entry("email", kyc.Person{Email: kyc.Hide("nobody@example.com")}), Entry("account", kyc.Person{DigiLockerID: kyc.Hide("account-0")}),
	)

	It("is not known without any", func() { Expect(kyc.Person{}.IsZero()).To(BeTrue()) })
})
