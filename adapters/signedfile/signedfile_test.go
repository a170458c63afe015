package signedfile_test

import (
	"bytes"
	"context"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/format"
	"golang.org/x/tools/go/packages"

	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/signedfile"
	"example.com/digilocker/adapters/wire"
)

// failure is err as what a check ends with, which nothing prints more of than its text.
func failure(err error) *signedfile.Error {
	GinkgoHelper()
	var e *signedfile.Error
	Expect(errors.As(err, &e)).To(BeTrue(), "%v", err)
	var printed bytes.Buffer
	Expect(gob.NewEncoder(&printed).Encode(e)).To(Succeed())
	slog.New(slog.NewTextHandler(&printed, nil)).Info("failed", "error", e, "value", *e, "within", struct{ E any }{e})
	inJSON, marshalErr := json.Marshal(struct{ E any }{e})
	Expect(marshalErr).NotTo(HaveOccurred())
	fmt.Fprintf(&printed, "%s %v %+v %#v %q %x %v", inJSON, e, *e, *e, *e, *e, struct{ e *signedfile.Error }{e})
	printed.WriteString(format.Object(e, 1) + format.Object(*e, 1) + e.Reason())
	for chain := err; chain != nil; chain = errors.Unwrap(chain) {
		printed.WriteString(chain.Error() + format.Object(chain, 1))
	}
	for _, secret := range secrets {
		Expect(printed.String()).NotTo(ContainSubstring(secret))
	}
	return e
}

var _ = Describe("A record", func() {
	It("is verified if its signed file says the same, as XML and in an archive", func(ctx SpecContext) {
		xml := pan(signer, name, number)
		for _, file := range [][]byte{xml, zipped(xml, false)} {
			s := serving(file)
			r := s.record()
			found, err := checker().Check(ctx, r)
			Expect(err).NotTo(HaveOccurred())
			Expect(found.Signed.Person.Name.Reveal()).To(Equal(name))
			Expect(found.Document.Proof()).To(HaveField("Anchor", "test"))
			Expect(found.Comparison).To(HaveLen(5))
			Expect(found.Comparison.Compared("Person.Birth")).To(BeTrue())
			Expect(r.Signed).To(BeNil(), "Check changes nothing")
			Expect(checker().Verify(ctx, r)).To(Succeed())
			Expect(r.Signed.Person.Name.Reveal()).To(Equal(name))
			Expect(s.calls).To(Equal(2))
		}
	})

	DescribeTable("that its file does not say is refused, and the members are named", func(
		ctx SpecContext, change func(*kyc.Record), want string,
	) {
		r := serving(pan(signer, name, number)).record(change)
		found, err := checker().Check(ctx, r)
		Expect(found).To(BeNil())
		e := failure(err)
		Expect(e.Step).To(Equal(signedfile.StepCompare))
		Expect(err).To(MatchError("signedfile: compare: " + want))
		Expect(err).To(MatchError(kyc.ErrUnverified))
		Expect(kyc.KindOf(err)).To(Equal(kyc.ErrUnverified))
		Expect(e.Record()).To(BeIdenticalTo(r), "it may have been billed")
		Expect(e.Finding().Signed.Number.Reveal()).To(Equal(number))
		Expect(e.Finding().Comparison.Differences(0)).NotTo(BeEmpty())
		Expect(checker().Verify(ctx, r)).To(MatchError(err.Error()))
		Expect(r.Signed).To(BeNil())
	},
		Entry("of another name",
			func(r *kyc.Record) { r.Person.Name = kyc.Hide("Fake Other") }, "Person.Name different"),
		Entry("of another number and birth", func(r *kyc.Record) {
			r.Number, r.Person.Birth = kyc.MaskNumber("AAAPA0000B"), kyc.ParseDate("16-05-1990")
		}, "Person.Birth different; Number different"),
		Entry("of another kind of document",
			func(r *kyc.Record) { r.Document = kyc.DrivingLicence }, "Document different"),
		Entry("written in another way than is accepted", func(r *kyc.Record) { r.Person.Name = kyc.Hide("F. Person") },
			"Person.Name alike but for spacing and initials"),
		Entry("without what both have to say", func(r *kyc.Record) {
			r.Number, r.Person.Name, r.Person.Gender = kyc.Masked{}, kyc.Private{}, kyc.ParseGender("M")
		}, "Person.Gender different; not said by both: Person.Name, Number"),
	)

	It("of a person is not verified by a company's file, whose PAN and name it has", func(ctx SpecContext) {
		s := serving(company(name, number))
		r := s.record(func(r *kyc.Record) {
			r.HolderType, r.Person.CareOf = kyc.Hide("individual "), kyc.Hide("Fake Guardian")
		})
		const of = "signedfile: compare: of a person, while the file is an organization's: "
		Expect(checker().Verify(ctx, r)).To(MatchError(of + "Person.Gender, Person.CareOf, HolderType"))
		Expect(r.Signed).To(BeNil())
		ignoring := checker(func(c *signedfile.Checker) { c.Ignore = []string{"Person.Gender", "HolderType"} })
		Expect(ignoring.Verify(ctx, r)).To(MatchError(of + "Person.CareOf"))

		own := s.record(func(r *kyc.Record) {
			r.Person.Gender, r.HolderType = kyc.ParseGender("-"), kyc.Hide("Company")
		})
		Expect(checker().Verify(ctx, own)).To(Succeed())
		Expect(own.Signed.HolderType.Reveal()).To(Equal("Organization"))
		persons := genuine().record()
		Expect(checker().Verify(ctx, persons)).To(Succeed())
		Expect(persons.Signed.HolderType.IsZero()).To(BeTrue())
	})

	It("that nobody has opened gets its content from its file, once that is verified", func(ctx SpecContext) {
		s := serving(pan(signer, name, number))
		unopened := func() *kyc.Record {
			return &kyc.Record{
				Document: kyc.PAN, Unopened: true, File: s.record().File, Unread: []string{"size"},
				Raw: kyc.NewRaw([]byte("answer")),
			}
		}
		r := unopened()
		demanding := checker(func(c *signedfile.Checker) { c.Need = []string{"Person.Mobile"} })
		Expect(demanding.Verify(ctx, r)).To(Succeed(), "there is nothing to compare")
		want := unopened()
		want.Unopened, want.Signed = false, r.Signed
		want.Person, want.Number, want.GeneratedAt = r.Signed.Person, r.Signed.Number, r.Signed.GeneratedAt
		Expect(r).To(Equal(want))
		Expect(r.Person.Name.Reveal()).To(Equal(name))
		Expect(r.Number.Reveal()).To(Equal(number))
		Expect(r.Signed).To(And(HaveField("File", BeNil()), HaveField("Unread", BeNil())))

		for _, doc := range []kyc.Document{kyc.Aadhaar, ""} {
			of := unopened()
			of.Document = doc
			ignoring := checker(func(c *signedfile.Checker) { c.Ignore = []string{"Document"} })
			Expect(ignoring.Verify(ctx, of)).To(MatchError("signedfile: compare: Document different"))
			forged := unopened()
			forged.File = serving(pan(other, name, number)).record().File
			Expect(checker().Verify(ctx, forged)).To(MatchError(kyc.ErrUnverified))
			for _, refused := range []*kyc.Record{of, forged} {
				Expect(refused.Unopened).To(BeTrue())
				Expect(refused.Person.IsZero()).To(BeTrue())
				Expect(refused.Signed).To(BeNil())
			}
		}
	})

	It("that has its file with it is verified without a download", func(ctx SpecContext) {
		file := func(xml []byte) *kyc.File { return &kyc.File{Content: kyc.NewRaw(xml), Format: "xml"} }
		r := &kyc.Record{Document: kyc.PAN, Unopened: true, File: file(pan(signer, name, number))}
		Expect(checker().Verify(ctx, r)).To(Succeed())
		Expect(r.Person.Name.Reveal()).To(Equal(name))
		Expect(r.Unopened).To(BeFalse())
		forged := &kyc.Record{Document: kyc.PAN, Unopened: true, File: file(pan(other, name, number))}
		Expect(checker().Verify(ctx, forged)).To(MatchError(kyc.ErrUnverified))
		Expect(checker().Verify(ctx, &kyc.Record{Document: kyc.PAN, Unopened: true, File: new(kyc.File)})).To(
			MatchError("signedfile: no signed file: its link is missing, and so is its content"))
	})

	It("that nobody has opened does not share its licence with what was signed", func(ctx SpecContext) {
		xml, err := signer.Sign([]byte(`<Certificate type="DRVLC" number="XX0019900000001" status="A"><IssuedTo>` +
			`<Person name="` + name + `"/></IssuedTo><CertificateData><DrivingLicense><Categories>` +
			`<Category abbreviation="MCWG"/></Categories></DrivingLicense></CertificateData></Certificate>`))
		Expect(err).NotTo(HaveOccurred())
		r := &kyc.Record{Document: kyc.DrivingLicence, Unopened: true, File: serving(xml).record().File}
		Expect(checker().Verify(ctx, r)).To(Succeed())
		Expect(r.Licence).To(Equal(r.Signed.Licence))
		Expect(r.Licence.Categories).To(HaveLen(1))
		r.Licence.Categories[0].Class = kyc.Hide("LMV")
		Expect(r.Signed.Licence.Categories[0].Class.Reveal()).To(Equal("MCWG"))
	})

	It("is held to what the caller accepts, ignores and needs", func(ctx SpecContext) {
		s := serving(pan(signer, name, number))
		initial := s.record(func(r *kyc.Record) { r.Person.Name = kyc.Hide("F Person") })
		accepting := checker(func(c *signedfile.Checker) { c.Accept = kyc.AllowInitials })
		Expect(accepting.Verify(ctx, initial)).To(Succeed())
		Expect(accepting.Verify(ctx, s.record())).To(MatchError("signedfile: compare: Person.Name alike but for case"))
		ignoring := checker(func(c *signedfile.Checker) { c.Ignore = []string{"Person"} })
		found, err := ignoring.Check(ctx, initial)
		Expect(err).NotTo(HaveOccurred(), "what is ignored is not needed")
		Expect(found.Comparison).To(HaveLen(2))
		needing := checker(func(c *signedfile.Checker) { c.Need = []string{"Person.Photo", "Person.Photo"} })
		Expect(needing.Verify(ctx, s.record())).To(MatchError("signedfile: compare: not said by both: Person.Photo"))
		Expect(checker(func(c *signedfile.Checker) { c.Need = []string{} }).Verify(ctx, s.record(func(r *kyc.Record) {
			r.Number = kyc.Masked{}
		}))).To(Succeed())
	})

	DescribeTable("whose file cannot be verified is refused at its step", func(
		ctx SpecContext, s func() *store, change func(*signedfile.Checker, *kyc.Record),
		step signedfile.Step, want error, why string,
	) {
		at, c := s(), checker()
		r := at.record()
		if change != nil {
			change(c, r)
		}
		found, err := c.Check(ctx, r)
		Expect(found).To(BeNil())
		e := failure(err)
		Expect(e.Step).To(Equal(step))
		Expect(err.Error()).To(HavePrefix("signedfile: " + string(step) + ": " + why))
		Expect(err).To(MatchError(kyc.ErrUnverified))
		Expect(want == nil || errors.Is(err, want)).To(BeTrue(), "%v", want)
		Expect(e.Record()).To(BeIdenticalTo(r))
		Expect(e.Finding()).To(BeNil())
		if step == signedfile.StepFile || step == signedfile.StepLink || c.Verifier == nil {
			Expect(at.calls).To(BeZero())
		}
	},
		Entry("without a file", genuine, func(_ *signedfile.Checker, r *kyc.Record) { r.File = nil },
			signedfile.StepFile, nil, "the provider hands out none"),
		Entry("without a link", genuine, func(_ *signedfile.Checker, r *kyc.Record) { r.File.Link = kyc.Private{} },
			signedfile.StepFile, nil, "its link is missing"),
		Entry("whose link has ended", genuine, func(c *signedfile.Checker, r *kyc.Record) {
			r.File.ExpiresAt = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
			c.Now = func() time.Time { return r.File.ExpiresAt }
		}, signedfile.StepLink, wire.ErrExpired, "fetch the record anew, in a new journey if it is handed out once"),
		Entry("whose link may not be followed",
			genuine, func(c *signedfile.Checker, _ *kyc.Record) { c.Files.Allow = nil },
			signedfile.StepDownload, wire.ErrLink, "link refused"),
		Entry("that is no longer there", answering(http.StatusGone), nil, signedfile.StepDownload, wire.ErrStatus,
			"status not 200 (HTTP 410)"),
		Entry("that is a page", func() *store { return serving([]byte("<html><p>Fake</p></html>")) }, nil,
			signedfile.StepDownload, wire.ErrContent, "unknown content"),
		Entry("that is a PDF", func() *store { return serving([]byte("%PDF-1.7 Fake")) }, nil,
			signedfile.StepUnpack, wire.ErrContent, "the file is application/pdf, and only XML can be verified"),
		Entry("in an archive with a PDF", func() *store { return serving(zipped([]byte("%PDF-1.7 Fake"), false)) }, nil,
			signedfile.StepUnpack, wire.ErrContent, "the file is application/pdf"),
		Entry("in a damaged archive", func() *store { return serving([]byte("PK\x03\x04Fake")) }, nil,
			signedfile.StepUnpack, wire.ErrArchive, "archive refused"),
		Entry("in an encrypted archive",
			locked, nil, signedfile.StepUnpack, wire.ErrEncrypted, "archive encrypted: unpack it"),
		Entry("that the caller cannot unpack", locked, func(c *signedfile.Checker, _ *kyc.Record) {
			c.Unpack = func([]byte, kyc.Private) ([]byte, error) {
				return nil, fmt.Errorf("Fake: %w", io.ErrNoProgress)
			}
		}, signedfile.StepUnpack, io.ErrNoProgress, "Checker.Unpack failed"),
		Entry("whose unpacked XML is too large", locked, func(c *signedfile.Checker, _ *kyc.Record) {
			c.MaxBytes = 1
			c.Unpack = func([]byte, kyc.Private) ([]byte, error) { return []byte("<a/>"), nil }
		}, signedfile.StepUnpack, wire.ErrTooLarge, "the XML is over Checker.MaxBytes"),
		Entry("that is too large", genuine, func(c *signedfile.Checker, _ *kyc.Record) { c.MaxBytes = 100 },
			signedfile.StepUnpack, wire.ErrTooLarge, "the XML is over Checker.MaxBytes"),
		Entry("of which nothing is allowed", genuine, func(c *signedfile.Checker, _ *kyc.Record) { c.MaxBytes = -1 },
			signedfile.StepUnpack, wire.ErrTooLarge, "the XML is over Checker.MaxBytes"),
		Entry("whose archive holds too much",
			func() *store { return serving(zipped(pan(signer, name, number), false)) },
			func(c *signedfile.Checker, _ *kyc.Record) { c.MaxBytes = 100 },
			signedfile.StepUnpack, wire.ErrTooLarge, "reply over limit"),
		Entry("signed by nobody who is pinned", func() *store { return serving(pan(other, name, number)) }, nil,
			signedfile.StepVerify, eaadhaar.ErrUntrusted, "signer is not pinned"),
		Entry("changed after it was signed", func() *store {
			return serving(bytes.Replace(pan(signer, name, number), []byte("FEMALE"), []byte("MALE"), 1))
		}, nil, signedfile.StepVerify, eaadhaar.ErrSignature, "signature does not match"),
		Entry("as nobody is pinned", genuine, func(c *signedfile.Checker, _ *kyc.Record) { c.Verifier = verifier() },
			signedfile.StepVerify, eaadhaar.ErrNotChecked, "not checked: no anchor configured"),
		Entry("as there is no Verifier", genuine, func(c *signedfile.Checker, _ *kyc.Record) { c.Verifier = nil },
			signedfile.StepVerify, eaadhaar.ErrNotChecked, "not checked: Checker.Verifier is missing"),
	)

	DescribeTable("whose file cannot be had at present is an outage, and can be checked again", func(
		ctx SpecContext, s func() *store, change func(*kyc.Record), want error,
	) {
		r := s().record(change)
		_, err := checker().Check(ctx, r)
		e := failure(err)
		Expect(e.Step).To(Equal(signedfile.StepDownload))
		Expect(kyc.Outage(err)).To(BeTrue())
		Expect(err).To(MatchError(want))
		Expect(err).NotTo(MatchError(kyc.ErrUnverified))
		Expect(e.Record()).To(BeIdenticalTo(r))
	},
		Entry("as nobody listens", func() *store { s := serving(nil); s.Close(); return s }, func(*kyc.Record) {},
			syscall.ECONNREFUSED),
		Entry("as there is no such host",
			genuine, func(r *kyc.Record) { r.File.Link = kyc.Hide("https://store.invalid/file") },
			wire.ErrDNS),
		Entry("as the store is broken", answering(http.StatusBadGateway), func(*kyc.Record) {}, wire.ErrStatus),
		Entry("as the store is busy", answering(http.StatusTooManyRequests), func(*kyc.Record) {}, wire.ErrStatus),
		Entry("as the answer is cut off", func() *store {
			return serving(nil, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", "100")
				_, _ = io.WriteString(w, "<a/>")
			})
		}, func(*kyc.Record) {}, wire.ErrCut),
	)

	It("in an encrypted archive is verified if the caller can unpack it", func(ctx SpecContext) {
		r := locked().record()
		c := checker(func(c *signedfile.Checker) {
			c.Unpack = func(archive []byte, shareCode kyc.Private) ([]byte, error) {
				Expect(archive).To(HavePrefix("PK"))
				Expect(shareCode.Reveal()).To(Equal("0000"))
				return pan(signer, name, number), nil
			}
		})
		Expect(c.Verify(ctx, r)).To(Succeed())
	})

	It("is not checked by a Checker of nothing, nor is none", func(ctx SpecContext) {
		for _, c := range []*signedfile.Checker{nil, {}} {
			Expect(c.Verify(ctx, genuine().record())).To(
				MatchError("signedfile: verify: not checked: Checker.Verifier is missing"))
			Expect(c.Verify(ctx, nil)).To(MatchError("signedfile: no signed file: there is no record"))
			_, err := c.ReadFile(ctx, nil)
			Expect(err).To(MatchError("signedfile: no signed file: the provider hands out none"))
		}
		Expect(new(signedfile.Error).Record()).To(BeNil())
	})

	It("is not lost with the end of a context", func(ctx SpecContext) {
		ended, end := context.WithCancel(ctx)
		s := serving(nil, func(_ http.ResponseWriter, r *http.Request) { end(); <-r.Context().Done() })
		for _, r := range []*kyc.Record{s.record(), s.record(), {}} { // during the download, before it, and without one
			err := checker().Verify(ended, r)
			Expect(err).To(MatchError(context.Canceled))
			Expect(err).To(MatchError("signedfile: download: context canceled"))
			Expect(kyc.KindOf(err)).To(Equal(kyc.ErrUnverified))
			e := (*signedfile.Error)(nil)
			Expect(errors.As(err, &e)).To(BeTrue())
			Expect(e.Record()).To(BeIdenticalTo(r))
		}
		Expect(s.calls).To(Equal(1))
		_, err := checker().ReadFile(ended, s.record().File)
		Expect(err).To(Equal(context.Canceled), "there is no record that could be lost")
	})
})

var _ = Describe("A file without a record", func() {
	It("is read as a record", func(ctx SpecContext) {
		found, err := checker().ReadFile(ctx, genuine().record().File)
		Expect(err).NotTo(HaveOccurred())
		Expect(found.Comparison).To(BeNil())
		Expect(found.Signed.Document).To(Equal(kyc.PAN))
		Expect(found.Signed.Number.Reveal()).To(Equal(number))
	})

	It("is refused as a record's is", func(ctx SpecContext) {
		_, err := checker().ReadFile(ctx, answering(http.StatusGone)().record().File)
		Expect(failure(err).Step).To(Equal(signedfile.StepDownload))
		Expect(failure(err).Record()).To(BeNil())
	})
})

var _ = Describe("An adapter with a Checker", func() {
	fetch := func(ctx context.Context, r *kyc.Record) (*kyc.Record, error) {
		return call.New(ctx, "acme", "getIDCard").Verified(r, checker().Verify)
	}

	It("returns what the file says too", func(ctx SpecContext) {
		r, err := fetch(ctx, genuine().record())
		Expect(err).NotTo(HaveOccurred())
		Expect(r.Signed.Number.Reveal()).To(Equal(number))
	})

	It("fails with the step, the members and the record", func(ctx SpecContext) {
		bad := genuine().record(func(r *kyc.Record) { r.Person.Name = kyc.Hide("Fake Other") })
		r, err := fetch(ctx, bad)
		Expect(r).To(BeNil())
		Expect(err).To(MatchError("acme: getIDCard: signed file not verified (compare: Person.Name different)"))
		Expect(failure(err).Record()).To(BeIdenticalTo(bad))
		Expect(kyc.KindOf(err)).To(Equal(kyc.ErrUnverified))
		Expect(kyc.Final(err)).To(BeFalse())
	})

	It("reports an outage of the store, as what it wraps says something else", func(ctx SpecContext) {
		_, err := fetch(ctx, answering(http.StatusBadGateway)().record())
		Expect(kyc.Outage(err)).To(BeTrue())
		var w *wire.Error
		Expect(errors.As(err, &w)).To(BeTrue())
		Expect(w.Status).To(Equal(http.StatusBadGateway))
		c := checker(func(c *signedfile.Checker) {
			c.Unpack = func([]byte, kyc.Private) ([]byte, error) {
				return nil, kyc.NewError(kyc.Error{Kind: kyc.ErrPending}, nil, nil)
			}
		})
		Expect(kyc.KindOf(c.Verify(ctx, locked().record()))).To(Equal(kyc.ErrUnverified))
	})
})

// What verifies signed files is no dependency of who does not.
var _ = It("is the only package, but for eaadhaar, that links the XML packages", func() {
	found, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedImports | packages.NeedDeps,
	}, "../...")
	Expect(err).NotTo(HaveOccurred())
	links := map[string]bool{}
	var heavy func(p *packages.Package) bool
	heavy = func(p *packages.Package) bool {
		known, seen := links[p.PkgPath]
		if seen {
			return known
		}
		is := p.PkgPath == "github.com/beevik/etree" || p.PkgPath == "github.com/russellhaering/goxmldsig"
		for _, imported := range p.Imports {
			is = heavy(imported) || is
		}
		links[p.PkgPath] = is
		return is
	}
	var all []string
	for _, p := range found {
		if heavy(p) && !strings.Contains(p.PkgPath, "/adapters/eaadhaar") {
			all = append(all, p.PkgPath)
		}
	}
	Expect(len(found)).To(BeNumerically(">", 10))
	Expect(all).To(ConsistOf(HaveSuffix("/adapters/signedfile")))
})

func genuine() *store { return serving(pan(signer, name, number)) }

func locked() *store { return serving(zipped(pan(signer, name, number), true)) }

func answering(code int) func() *store {
	return func() *store { return serving(nil, status(code)) }
}
