// Package inspect shows who signed a document of DigiLocker or UIDAI, so that an operator can
// find the anchor to pin, and with -anchor whether it is verified. It prints nothing about the
// person, and uses no network.
//
//	digilocker inspect [-anchor FILE] [-fetched DATE] [-save FILE] FILE
//
// FILE is the signed XML, or a ZIP that holds it and nothing else; - is the standard input. The
// exit status is 0; 1 if the document is altered, no XML or, with -anchor, not verified, if not
// all could be written, and after an interrupt; and 2 for arguments that make no sense, such as an
// anchor that is none, or a file that is not there to be read.
package inspect

import (
	"bytes"
	"cmp"
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"
	"unicode"

	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/wire"
)

const maxBytes = 5 << 20 // of the XML

// Run runs the command with those arguments and returns its exit status.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	out, errs := &plain{to: stdout}, &plain{to: stderr}
	status := command(ctx, args, stdin, out, errs)
	if out.err == nil {
		return status
	}
	fmt.Fprintf(errs, "inspect: not all of the output was written: %v\n", out.err)
	return cmp.Or(status, 1)
}

func command(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("inspect", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: digilocker inspect [-anchor FILE]... [-fetched DATE] [-save FILE] FILE\n\n"+
			"FILE is the signed XML, or the ZIP that holds it; - is the standard input.")
		flags.PrintDefaults()
	}
	var anchors []string
	flags.Func("anchor", "verify with the certificate or public key in `FILE`; may be repeated", func(s string) error {
		anchors = append(anchors, s)
		return nil
	})
	fetched := flags.String("fetched", "",
		"`DATE` (2026-01-31) at which PAN and licence, which state none, are judged; today if empty")
	save := flags.String("save", "", "write the signer's certificate to `FILE`, which must not exist, as PEM")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return 2
	}
	if name := misplaced(flags.Args()); name != "" {
		fmt.Fprintf(stderr, "inspect: %s comes before the file\n", name)
		return 2
	}
	if flags.NArg() != 1 {
		fmt.Fprintf(stderr, "inspect: %d files given, where one is expected, behind the flags\n", flags.NArg())
		flags.Usage()
		return 2
	}
	if *fetched != "" && len(anchors) == 0 {
		fmt.Fprintln(stderr, "inspect: -fetched is for -anchor, without which nothing is judged")
		return 2
	}
	at := time.Now()
	if *fetched != "" {
		var err error
		if at, err = time.Parse(time.DateOnly, *fetched); err != nil {
			fmt.Fprintf(stderr, "inspect: -fetched %q is no date such as 2026-01-31\n", *fetched)
			return 2
		}
	}
	pinned, err := readAnchors(anchors)
	if err != nil {
		fmt.Fprintln(stderr, "inspect:", err)
		return 2
	}
	if err := inspect(ctx, flags.Arg(0), stdin, stdout, *save, pinned, at); err != nil {
		fmt.Fprintln(stderr, "inspect:", err)
		if unopened := (*fs.PathError)(nil); errors.As(err, &unopened) && unopened.Path == flags.Arg(0) {
			return 2
		}
		return 1
	}
	return 0
}

// misplaced is the first flag that follows a file, of which flags know nothing; "" if none does.
func misplaced(args []string) string {
	for i, arg := range args {
		if i > 0 && len(arg) > 1 && arg[0] == '-' {
			name, _, _ := strings.Cut(arg, "=")
			return name
		}
	}
	return ""
}

// plain writes text without what a terminal would take for a command: a file may have been named by
// whoever sent it. It keeps the first error.
type plain struct {
	to  io.Writer
	err error
}

func (p *plain) Write(text []byte) (int, error) {
	if p.err == nil {
		_, p.err = p.to.Write(bytes.Map(func(r rune) rune {
			if r != '\n' && r != '\t' && !unicode.IsPrint(r) {
				return '?'
			}
			return r
		}, text))
	}
	return len(text), p.err
}

func inspect(ctx context.Context, name string, stdin io.Reader, stdout io.Writer, save string,
	anchors []eaadhaar.Anchor, at time.Time) error {
	data, err := awaited(ctx, func() ([]byte, error) { return document(name, stdin) })
	if err != nil {
		return err
	}
	in, err := eaadhaar.Inspect(data)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	show(stdout, in)
	if in.Altered != nil {
		return fmt.Errorf("%s: %w", name, in.Altered)
	}
	if len(anchors) > 0 {
		if err := verify(stdout, name, data, anchors, at); err != nil {
			return err
		}
	}
	if save != "" {
		if err := saveSigner(save, in); err != nil {
			return err
		}
		fmt.Fprintf(stdout, "\nWritten: %s. Compare its fingerprint with what the signer publishes, then pin it.\n",
			save)
	}
	return nil
}

// awaited is what read returns, or an error once ctx ends. Nothing ends who waits for a terminal or
// a pipe but what comes from there, or the end of the program.
func awaited(ctx context.Context, read func() ([]byte, error)) ([]byte, error) {
	done := make(chan struct{})
	var text []byte
	var failed error
	go func() {
		defer close(done)
		text, failed = read()
	}()
	select {
	case <-done:
		return text, failed
	case <-ctx.Done():
		return nil, errors.New("interrupted")
	}
}

// document reads the signed XML, out of a ZIP too.
func document(name string, stdin io.Reader) ([]byte, error) {
	from := stdin
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer func() { _ = file.Close() }()
		from = file
	}
	data, err := io.ReadAll(io.LimitReader(from, maxBytes+1))
	if err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return data, nil
	}
	file, err := wire.Unzip(data, maxBytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return file.Bytes(), nil
}

func show(w io.Writer, in *eaadhaar.Inspection) {
	kind := string(in.Kind)
	if kind == "" {
		kind = "of a kind that is not read"
	}
	fmt.Fprintf(w, "document    %s\nsignature   %s\n", kind, in.Method)
	if len(in.Certificates) == 0 {
		fmt.Fprintln(w, "\nIt holds no certificate, at most a signer's name, which proves nothing: see -anchor.")
	}
	for i, c := range in.Certificates {
		title := fmt.Sprintf("certificate %d", i+1)
		if c.Signed {
			title += ", whose key made the signature"
		}
		fmt.Fprintf(w, "\n%s\n", title)
		if c.Certificate == nil {
			fmt.Fprintln(w, "  cannot be read")
			continue
		}
		fmt.Fprintf(w, "  subject     %s\n  issuer      %s\n  serial      %s\n", c.Subject, c.Issuer, c.Serial)
		fmt.Fprintf(w, "  valid       %s to %s\n",
			c.NotBefore.UTC().Format(time.DateOnly), c.NotAfter.UTC().Format(time.DateOnly))
		fmt.Fprintf(w, "  SHA-256     %s\n  key         sha256 %s\n", colons(c.Fingerprint), c.Key)
		switch {
		case c.Unusable != nil:
			fmt.Fprintf(w, "  as anchor   no: %s\n", strings.TrimPrefix(c.Unusable.Error(), "eaadhaar: "))
		case !c.Signed:
			fmt.Fprintln(w, "  as anchor   no: its key did not make the signature")
		default:
			fmt.Fprintln(w, "  as anchor   can be pinned, if the fingerprint is the one that the signer publishes")
		}
	}
}

// colons writes hex as certificate viewers do.
func colons(hex string) string {
	var pairs []string
	for ; len(hex) >= 2; hex = hex[2:] {
		pairs = append(pairs, strings.ToUpper(hex[:2]))
	}
	return strings.Join(pairs, ":")
}

// saveSigner writes the certificate that signed, whole or not at all. Of two for one key, only the
// signer knows which is its own: anybody can make a certificate of a key that is public.
func saveSigner(name string, in *eaadhaar.Inspection) error {
	var signer *x509.Certificate
	for _, c := range in.Certificates {
		switch {
		case !c.Signed:
		case c.Unusable != nil:
			return fmt.Errorf("%s is not written: %w", name, c.Unusable)
		case signer != nil && !signer.Equal(c.Certificate):
			return errors.New("two certificates of the key that signed are inside: find out which is the signer's")
		default:
			signer = c.Certificate
		}
	}
	if signer == nil {
		return errors.New("the document holds no certificate, so that there is none to save")
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is there already; -save writes to a new file", name)
	}
	if err != nil {
		return err
	}
	err = errors.Join(pem.Encode(file, &pem.Block{Type: "CERTIFICATE", Bytes: signer.Raw}), file.Close())
	if err != nil {
		_ = os.Remove(name)
	}
	return err
}

// readAnchors reads the certificates and public keys to verify with.
func readAnchors(files []string) ([]eaadhaar.Anchor, error) {
	var anchors []eaadhaar.Anchor
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			return nil, fmt.Errorf("-anchor: %w", err)
		}
		a, err := eaadhaar.ReadAnchor(f, text)
		if err != nil {
			return nil, fmt.Errorf("-anchor %s: %w", f, err)
		}
		anchors = append(anchors, a)
	}
	return anchors, nil
}

func verify(w io.Writer, name string, data []byte, anchors []eaadhaar.Anchor, at time.Time) error {
	v, err := eaadhaar.NewVerifier(anchors, eaadhaar.Options{Profile: eaadhaar.LegacySHA1, MaxBytes: maxBytes})
	if err != nil {
		return err
	}
	doc, err := v.Verify(data, at).Document()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	proof := doc.Proof()
	fmt.Fprintf(w, "\nVerified by %s, judged at %s (%s).\n",
		proof.Anchor, proof.JudgedAt.Format(time.RFC3339), proof.JudgedBy)
	if proof.SHA1 {
		fmt.Fprintln(w, "A program verifies it with Options{Profile: LegacySHA1} alone: its signature is rsa-sha1.")
	}
	return nil
}
