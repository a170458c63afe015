package inspect

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/eaadhaar/eaadhaartest"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestInspect(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "inspect")
}

const pan = `<Certificate type="PANCR" number="AAAPA0000A" status="A">` +
	`<IssuedTo><Person name="Nobody Invented" dob="01-01-1990"/></IssuedTo>` +
	`<CertificateData><PAN num="AAAPA0000A"/></CertificateData></Certificate>`

var _ = Describe("inspect", func() {
	var (
		folder, file string
		signer       *eaadhaartest.Signer
		signed       []byte
	)
	BeforeEach(func() {
		var err error
		signer, err = eaadhaartest.NewSigner()
		Expect(err).NotTo(HaveOccurred())
		signed, err = signer.Sign([]byte(pan))
		Expect(err).NotTo(HaveOccurred())
		folder = GinkgoT().TempDir()
		file = write(folder, "pan.xml", signed)
	})
	ran := func(stdin io.Reader, args ...string) (status int, stdout, stderr string) {
		var out, wrong bytes.Buffer
		status = Run(context.Background(), args, stdin, &out, &wrong)
		for _, secret := range []string{"Nobody", "AAAPA", "01-01-1990"} {
			Expect(out.String()+wrong.String()).NotTo(ContainSubstring(secret), "of the person")
		}
		return status, out.String(), wrong.String()
	}

	It("shows who signed a document, out of a ZIP and of the standard input too", func() {
		var packed bytes.Buffer
		archive := zip.NewWriter(&packed)
		entry, err := archive.Create("pan.xml")
		Expect(err).NotTo(HaveOccurred())
		_, err = entry.Write(signed)
		Expect(err).NotTo(HaveOccurred())
		Expect(archive.Close()).To(Succeed())
		status, shown, _ := ran(nil, file)
		Expect(status).To(BeZero())
		for _, part := range []string{"document    PAN\n", "signature   rsa-sha1\n",
			"certificate 1, whose key made the signature", "subject     CN=TEST SIGNER", "can be pinned"} {
			Expect(shown).To(ContainSubstring(part))
		}
		for _, args := range [][]string{{write(folder, "pan.zip", packed.Bytes())}, {"-"}} {
			status, again, _ := ran(bytes.NewReader(signed), args...)
			Expect(status).To(BeZero())
			Expect(again).To(Equal(shown))
		}
	})

	It("writes the certificate that was shown, and verifies with it", func() {
		pin := filepath.Join(folder, "signer.pem")
		status, shown, _ := ran(nil, "-save", pin, file)
		Expect(status).To(BeZero())
		Expect(shown).To(ContainSubstring("Written: " + pin))
		anchor, err := eaadhaar.ReadAnchor("it", must(os.ReadFile(pin)))
		Expect(err).NotTo(HaveOccurred())
		Expect(anchor.Certificate.Equal(signer.Certificate)).To(BeTrue())
		status, shown, _ = ran(nil, "-anchor", pin, file)
		Expect(status).To(BeZero())
		Expect(shown).To(ContainSubstring("Verified by " + pin))
		status, _, wrong := ran(nil, "-save", pin, file)
		Expect(status).To(Equal(1))
		Expect(wrong).To(ContainSubstring("is there already"))
		status, _, wrong = ran(nil, "-anchor", pin, "-fetched", "2001-01-31", file)
		Expect(status).To(Equal(1))
		Expect(wrong).To(ContainSubstring("certificate not valid when signed"))
	})

	It("tells a signer that is not pinned", func() {
		other, err := eaadhaartest.NewSigner()
		Expect(err).NotTo(HaveOccurred())
		status, _, wrong := ran(nil, "-anchor", write(folder, "other.pem", other.PEM()), file)
		Expect(status).To(Equal(1))
		Expect(wrong).To(ContainSubstring("signer is not pinned"))
		pin := filepath.Join(folder, "stranger.pem")
		status, _, _ = ran(nil, "-anchor", filepath.Join(folder, "other.pem"), "-save", pin, file)
		Expect(status).To(Equal(1))
		Expect(pin).NotTo(BeAnExistingFile())
	})

	It("tells an altered document, and writes nothing", func() {
		changed := write(folder, "changed.xml", bytes.Replace(signed, []byte("01-01"), []byte("02-01"), 1))
		pin := filepath.Join(folder, "signer.pem")
		status, shown, wrong := ran(nil, "-save", pin, changed)
		Expect(status).To(Equal(1))
		Expect(shown).NotTo(ContainSubstring("whose key made the signature"))
		Expect(wrong).To(ContainSubstring("changed after signing"))
		Expect(pin).NotTo(BeAnExistingFile())
	})

	It("tells a certificate that cannot be pinned", func() {
		signer.Certificate = must(eaadhaartest.NewCertificate(signer.Key, time.Now().AddDate(-1, 0, 0),
			time.Now().AddDate(1, 0, 0)))
		bare := bytes.ReplaceAll(signed,
			signed[bytes.Index(signed, []byte("<KeyInfo>")):bytes.Index(signed, []byte("</Signature>"))], nil)
		status, shown, _ := ran(nil, write(folder, "bare.xml", bare))
		Expect(status).To(BeZero())
		Expect(shown).To(ContainSubstring("at most a signer's name"))
		status, _, wrong := ran(nil, "-save", filepath.Join(folder, "none.pem"), write(folder, "bare2.xml", bare))
		Expect(status).To(Equal(1))
		Expect(wrong).To(ContainSubstring("none to save"))
		signer.Certificate = must(ofCA(signer))
		pin := filepath.Join(folder, "ca.pem")
		status, shown, wrong = ran(nil, "-save", pin, write(folder, "ca.xml", must(signer.Sign([]byte(pan)))))
		Expect(status).To(Equal(1))
		Expect(shown).To(ContainSubstring("as anchor   no: unusable anchor: the certificate of a CA"))
		Expect(wrong).To(ContainSubstring("is not written"))
		Expect(pin).NotTo(BeAnExistingFile())
		odd := strings.Replace(string(signed), "<X509Certificate>",
			"<X509Certificate>MAA=</X509Certificate><X509Certificate>", 1)
		_, shown, _ = ran(nil, write(folder, "odd.xml", []byte(odd)))
		Expect(shown).To(ContainSubstring("certificate 1\n  cannot be read"))
		Expect(shown).To(ContainSubstring("certificate 2, whose key made the signature"))
	})

	It("prints no command to the terminal out of a file's name", func() {
		const command = "\x1b[2J\x1b]0;a\a\u202e\r"
		pin := write(folder, "pin"+command, signer.PEM())
		for _, args := range [][]string{
			{filepath.Join(folder, "none"+command)}, {"-" + command}, {"-fetched", command, file},
			{write(folder, "page"+command, []byte("Not found"))}, {"-anchor", file + command, file},
			{"-anchor", pin, file}, {"-save", filepath.Join(folder, "saved"+command), file},
		} {
			_, shown, wrong := ran(nil, args...)
			Expect(shown + wrong).NotTo(BeEmpty())
			Expect(shown + wrong).NotTo(ContainSubstring("\x1b"))
			Expect(shown + wrong).NotTo(MatchRegexp("[\a\r\u202e]"))
		}
		Expect(filepath.Join(folder, "saved"+command)).To(BeARegularFile())
	})

	It("saves neither of two certificates of the key that signed", func() {
		impostor := must(eaadhaartest.NewCertificate(signer.Key, time.Now().AddDate(-9, 0, 0),
			time.Now().AddDate(90, 0, 0)))
		one := "<X509Certificate>" + base64.StdEncoding.EncodeToString(impostor.Raw) + "</X509Certificate>"
		two := write(folder, "two.xml",
			bytes.Replace(signed, []byte("<X509Certificate>"), []byte(one+"<X509Certificate>"), 1))
		pin := filepath.Join(folder, "signer.pem")
		status, shown, wrong := ran(nil, "-save", pin, two)
		Expect(status).To(Equal(1))
		Expect(shown).To(ContainSubstring("certificate 1, whose key made the signature"))
		Expect(shown).To(ContainSubstring("certificate 2, whose key made the signature"))
		Expect(wrong).To(ContainSubstring("two certificates of the key"))
		Expect(pin).NotTo(BeAnExistingFile())
	})

	It("writes through no link, and over no file", func() {
		aim := filepath.Join(folder, "aim")
		for _, name := range []string{filepath.Join(folder, "dangling"), filepath.Join(folder, "link")} {
			Expect(os.Symlink(aim, name)).To(Succeed())
			status, _, wrong := ran(nil, "-save", name, file)
			Expect(status).To(Equal(1))
			Expect(wrong).To(ContainSubstring("is there already"))
			Expect(aim).NotTo(Or(BeAnExistingFile(), BeADirectory()))
		}
		status, _, wrong := ran(nil, "-save", file, file)
		Expect(status).To(Equal(1))
		Expect(wrong).To(ContainSubstring("is there already"))
		Expect(must(os.ReadFile(file))).To(Equal(signed))
	})

	It("says that not all was written", func() {
		reader, closed := io.Pipe()
		Expect(reader.Close()).To(Succeed())
		var wrong bytes.Buffer
		Expect(Run(context.Background(), []string{file}, nil, closed, &wrong)).To(Equal(1))
		Expect(wrong.String()).To(Equal(
			"inspect: not all of the output was written: io: read/write on closed pipe\n"))
	})

	It("ends when it is told to, while it waits for its input", func() {
		reader, writer := io.Pipe()
		ctx, end := context.WithCancel(context.Background())
		reading := make(chan struct{})
		go func() { // the pipe takes the first byte when it is read
			defer GinkgoRecover()
			defer close(reading)
			_, err := writer.Write([]byte("<"))
			Expect(err).NotTo(HaveOccurred())
		}()
		var out, wrong bytes.Buffer
		status := make(chan int, 1)
		go func() { status <- Run(ctx, []string{"-"}, reader, &out, &wrong) }()
		Eventually(reading).WithTimeout(time.Minute).Should(BeClosed())
		end()
		Eventually(status).WithTimeout(time.Minute).Should(Receive(Equal(1)))
		Expect(wrong.String()).To(Equal("inspect: interrupted\n"))
		Expect(out.String()).To(BeEmpty())
		Expect(writer.Close()).To(Succeed())
	})

	DescribeTable("says what is wrong with", func(status int, message string, args ...string) {
		got, _, wrong := ran(strings.NewReader("Not found"), args...)
		Expect(got).To(Equal(status))
		Expect(wrong).To(ContainSubstring(message))
	},
		Entry("no file", 2, "0 files given"),
		Entry("two files", 2, "2 files given", "a", "b"),
		Entry("a date without an anchor", 2, "-fetched is for -anchor", "-fetched", "2026-01-31", "a"),
		Entry("a flag behind the file", 2, "inspect: -save comes before the file\n", "a", "-save", "b"),
		Entry("a flag with its value behind the file", 2, "inspect: --anchor comes before the file\n",
			"a", "--anchor=b"),
		Entry("an anchor that is not there", 2, "inspect: -anchor: open /nowhere/a.pem: no such file", "-anchor",
			"/nowhere/a.pem", "-"),
		Entry("an anchor that is none", 2, "inspect: -anchor inspect.go: ", "-anchor", "inspect.go", "-"),
		Entry("an unknown flag", 2, "not defined", "-x", "a"),
		Entry("a date of another form", 2, "is no date such as", "-anchor", "a", "-fetched", "31.1.2026", "a"),
		Entry("a file that is not there", 2, "no such file", "/nowhere/pan.xml"),
		Entry("a page", 1, "does not begin with a tag", "-"),
		Entry("the wish for help", 0, "usage: digilocker inspect", "-h"),
	)
})

// ofCA is a certificate for the signer's key that says to be a CA's.
func ofCA(s *eaadhaartest.Signer) (*x509.Certificate, error) {
	t := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().AddDate(1, 0, 0), IsCA: true,
		BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, t, t, s.Key.Public(), s.Key)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

func write(folder, name string, content []byte) string {
	path := filepath.Join(folder, name)
	Expect(os.WriteFile(path, content, 0o600)).To(Succeed())
	return path
}

func must[T any](v T, err error) T {
	Expect(err).NotTo(HaveOccurred())
	return v
}
