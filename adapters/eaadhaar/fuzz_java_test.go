package eaadhaar_test

import (
	"bufio"
	"encoding/binary"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// javaOracle is testdata/Oracle.java, running.
type javaOracle struct {
	in  io.WriteCloser
	out *bufio.Reader
}

// startJava starts an oracle that pins the signers of the corpus, and ends it with the test.
func startJava(f *testing.F) javaOracle {
	args := append([]string{"testdata/Oracle.java"}, must(filepath.Glob(filepath.Join(corpusDir, "*.pem")))...)
	cmd := exec.Command("java", args...)
	cmd.Stderr = os.Stderr
	o := javaOracle{in: must(cmd.StdinPipe()), out: bufio.NewReader(must(cmd.StdoutPipe()))}
	if err := cmd.Start(); err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := o.in.Close(); err != nil {
			f.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			f.Error(err)
		}
	})
	return o
}

// ask returns "valid", "invalid", "unparsable", or "keyinfo" if it is valid without its KeyInfo;
// and the digest of what was signed if there is one.
func (o javaOracle) ask(t testing.TB, doc []byte) (answer, digest string) {
	framed := append(binary.BigEndian.AppendUint32(nil, uint32(len(doc))), doc...)
	if _, err := o.in.Write(framed); err != nil {
		t.Fatal(err)
	}
	line, err := o.out.ReadString('\n')
	if err != nil {
		t.Fatal("the oracle ended:", err)
	}
	answer, digest, _ = strings.Cut(strings.TrimSpace(line), " ")
	return answer, digest
}

// pieces are what parsers are known to read differently, and what belongs in the places where
// edit puts them.
var pieces = []string{
	" ", "\t", "\n", "\r", "\r\n", "\u0085", "\u2028", "\u00a0", "\ufeff", "\ufffe", "\x00", "\x01", "\x0b", "\x0c",
	"\x1a", "\x7f", "\xff", "\xc0\xa0", "<", ">", "/", "?", "!", "=", " = ", "\"", "'", "&", ";", ":", "-", "]]>",
	"]]", "/>", "?>", "-->", "<!", "</", "<?", "&#", "&#65;", "&#x41;", "&#X41;", "&#65", "&#0065;", "&#0;", "&#x1F;",
	"&#xD800;", "&#xDFFF;", "&#xFFFE;", "&#x110000;", "&#x100000041;", "&#4294967361;", "&#13;", "&#10;", "&#9;",
	"&#x85;", "&#;", "&#x;", "&;", "&amp;", "&amp", "&lt;", "&nbsp;", "&AMP;", "&#-65;", "&#+65;", "&# 65;", "&#6_5;",
	"<![CDATA[]]>", "<![CDATA[ ]]>", "<![CDATA[A]]>", "<![CDATA[", "<![cdata[x]]>", "<!--x-->", "<!-- -- -->", "<!-->",
	"<?x y?>", "<?xml y?>", `<?xml version="1.0"?>`, `<?XML version="1.0"?>`, `<!DOCTYPE a>`,
	`<!DOCTYPE a [<!ENTITY x "y">]>`, `<!DOCTYPE Certificate [<!ATTLIST KeyInfo a CDATA "1">]>`, "<a/>", "<a></a>",
	"<:a/>", "<a:/>", "<xml:a/>", "<xml:a:b/>", "<1a/>", "< a/>", "<a", "</a>", "<>", "</>", "<\u00e9/>", "<\u2c00/>",
	` a="1"`, ` Id="a"`, ` ID="a"`, ` xml:id="a"`, ` xml:lang="en"`, ` xml:space="preserve"`, ` xml:base="a"`, ` a=1`,
	` a`, ` a="<"`, ` a='"'`, ` :a="1"`, ` a:="1"`, ` a:b="1"`, ` xmlns:a="urn:x"`, ` xmlns:b="urn:x"`,
	` xmlns:a="other"`, ` xmlns:a=""`, ` xmlns=""`, ` xmlns="urn:x"`, ` xmlns:="urn:x"`, ` xmlns:1a="urn:x"`,
	` xmlns:-="urn:x"`, ` xmlns:a:b="urn:x"`, " xmlns:\u00e9=\"urn:x\"", " xmlns:\u2c00=\"urn:x\"",
	" xmlns:\u0300=\"urn:x\"", ` xmlns:xml="http://www.w3.org/XML/1998/namespace"`, ` xmlns:xml="urn:x"`,
	` xmlns:xmlns="urn:x"`, ` xmlns:a="http://www.w3.org/XML/1998/namespace"`,
	` xmlns:a="http://www.w3.org/2000/xmlns/"`, ` xmlns="http://www.w3.org/2000/09/xmldsig#"`,
	` xmlns:a="http://www.w3.org/2000/09/xmldsig#"`, "a:", "xml:", ` version="1.0"`, ` version="1.1"`,
	` version = "1.1"`, ` version="1.0 "`, ` version=""`, ` encoding="UTF-8"`, ` encoding = "ISO-8859-1"`,
	` encoding="UTF-16"`, `encoding="UTF-8"`, ` encoding='utf-8'`, ` encoding="utf8"`, ` standalone="yes"`,
	` standalone="maybe"`, ` standalone = 'no'`, ` unknown="1"`, "<X509Data/>", "<X509Data></X509Data>",
	"<X509Certificate>AAAA</X509Certificate>", "<X509SubjectName>CN=A</X509SubjectName>", "<X509Certificate/>",
	"<X509SubjectName/>", "<KeyInfo/>", "<KeyInfo></KeyInfo>", "<Object/>", "A", "AAAA", "=", "==", "\U0001F600",
	"\u0300", "\u0928",
}

// edit changes doc by a program of five bytes an instruction: what to do, where (two bytes), with
// which piece or byte, and how far. Three times in four it happens where no signature looks: around
// the root, in the start tag of Signature, and behind SignedInfo.
func edit(doc, program []byte) []byte {
	const most = 4
	for n := 0; n < most && len(program) >= 5; n++ {
		do, at := program[0], int(binary.BigEndian.Uint16(program[1:]))
		with, far := program[3], int(program[4])
		program = program[5:]
		places := boundaries(doc, do%4 != 0)
		if len(places) == 0 {
			return doc
		}
		i := at % len(places)
		from, to := places[i], places[min(i+1+far%8, len(places)-1)]
		piece := []byte(pieces[int(with)%len(pieces)])
		if do >= 192 && from < len(doc) { // any byte
			from = at % len(doc)
			to = min(len(doc), from+1+far%4)
		}
		switch do / 4 % 6 {
		case 0, 1:
			doc = slices.Insert(slices.Clone(doc), from, piece...)
		case 2:
			doc = slices.Delete(slices.Clone(doc), from, to)
		case 3:
			other := places[far%len(places)]
			doc = slices.Insert(slices.Clone(doc), other, slices.Clone(doc[from:to])...)
		case 4:
			doc = slices.Replace(slices.Clone(doc), from, to, piece...)
		case 5:
			doc = slices.Replace(slices.Clone(doc), from, min(from+far%2, len(doc)), with)
		}
	}
	return doc
}

// boundaries are the offsets around the characters that have a meaning in XML.
func boundaries(doc []byte, unsigned bool) []int {
	marked := func(c byte) bool { return strings.IndexByte("<>=\"'&;?! :]", c) >= 0 }
	s := string(doc)
	root := strings.Index(s, "<OfflinePaperlessKyc")
	if root < 0 {
		root = max(0, strings.Index(s, "<Certificate"))
	}
	signature, info := strings.Index(s, "Signature xmlns"), strings.Index(s, "SignedInfo")
	value := strings.LastIndex(s, "/SignedInfo>")
	places := []int{0}
	for i := range len(s) + 1 {
		signed := i > root && i < value && (i < signature || i >= info)
		if i > 0 && (!unsigned || !signed) && (i == len(s) || marked(s[i]) || marked(s[i-1])) {
			places = append(places, i)
		}
	}
	return places
}

// FuzzAgainstJava changes the corpus: what is verified, the JDK has to find valid, and it has to
// say what the document says whose digest the JDK found. It asks testdata/Oracle.java. What the
// JDK cannot read in KeyInfo alone does not count: nothing of it is used, neither there nor here.
func FuzzAgainstJava(f *testing.F) {
	if os.Getenv("EAADHAAR_ORACLE") != "java" {
		f.Skip("it needs a JDK of 17 or later: set EAADHAAR_ORACLE=java to run it")
	}
	o, v := startJava(f), corpusVerifier()
	var documents [][]byte
	genuine := map[string][]any{}
	for _, r := range corpus() {
		doc := r.document()
		got, err := v.Verify(doc, fetched).Document()
		if err != nil || !r.accepted {
			continue
		}
		_, digest := o.ask(f, doc)
		genuine[digest] = fields(got)
		documents = append(documents, doc)
	}
	if len(documents) < 50 {
		f.Fatal("genuine documents refused")
	}
	for i := range documents {
		f.Add(uint16(i), []byte(nil))
	}
	for i := range pieces {
		for _, at := range []byte{1, 40, 80, 120, 160} {
			f.Add(uint16(i), []byte{1, 0, at, byte(i), 0})
		}
	}
	f.Fuzz(func(t *testing.T, base uint16, program []byte) {
		doc := edit(documents[int(base)%len(documents)], program)
		got, err := v.Verify(doc, fetched).Document()
		if err != nil {
			return
		}
		answer, digest := o.ask(t, doc)
		if answer != "valid" && answer != "keyinfo" {
			t.Fatalf("verified, but Java says %s of %q", answer, doc)
		}
		if !reflect.DeepEqual(genuine[digest], fields(got)) {
			t.Fatalf("verified, but says something else than what was signed: %q", doc)
		}
	})
}
