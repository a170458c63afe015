package wire_test

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/wire"
)

const document = `<?xml version="1.0" encoding="UTF-8"?><Certificate/>`

// files is a file store on loopback and a Downloader that may call it.
func files(handler http.HandlerFunc) (wire.Downloader, *httptest.Server) {
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = quiet
	server.StartTLS()
	DeferCleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	return wire.Downloader{Roots: roots, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}, server
}

// get downloads link, which gets a secret query, and looks through the error.
func get(ctx context.Context, d wire.Downloader, link string) (*wire.File, error) {
	GinkgoHelper()
	file, err := d.Get(ctx, link+"/file?X-Amz-Signature="+secret, time.Time{})
	expectClean(err)
	return file, err
}

var _ = Describe("A Downloader", func() {
	DescribeTable("judges a file by its content", func(ctx SpecContext, content string, want wire.Type) {
		d, server := files(odd{status: 200, label: "binary/octet-stream", body: content}.ServeHTTP)
		file, err := get(ctx, d, server.URL)
		Expect(err).NotTo(HaveOccurred())
		Expect(file.Type).To(Equal(want))
		Expect(string(file.Bytes())).To(Equal(content))
	},
		Entry("XML", document, wire.XML),
		Entry("XML without a declaration", " <Certificate>", wire.XML),
		Entry("XML after a byte-order mark and a comment", "\xef\xbb\xbf<!-- --><?x y?>\n<Certificate>", wire.XML),
		Entry("XML in another encoding", `<?xml version="1.0" encoding="ISO-8859-1"?><a/>`, wire.XML),
		Entry("ZIP", string(archive(entry{name: "a.xml", body: document})), wire.ZIP),
		Entry("PDF", "%PDF-1.7\n", wire.PDF),
		Entry("JPEG", "\xff\xd8\xff\xe0\x00\x10JFIF", wire.JPEG),
	)

	DescribeTable("refuses other content", func(ctx SpecContext, content string) {
		d, server := files(odd{status: 200, label: "application/xml", body: content}.ServeHTTP)
		_, err := get(ctx, d, server.URL)
		Expect(err).To(kind(wire.ErrContent, 200))
	},
		Entry("HTML", page),
		Entry("HTML without DOCTYPE", "<HTML><body>"),
		Entry("XHTML", `<?xml version="1.0"?><!DOCTYPE html><html>`),
		Entry("XML with a DOCTYPE", `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`),
		Entry("text", secret),
		Entry("text before XML", "x <a/>"),
		Entry("JSON", `{}`),
		Entry("PNG", "\x89PNG\r\n\x1a\n"),
		Entry("nothing", ""),
	)

	DescribeTable("calls no address that is not public", func(ctx SpecContext, host string) {
		_, err := get(ctx, wire.Downloader{}, "https://"+host)
		Expect(err).To(kind(wire.ErrAddress, 0))
	},
		Entry("loopback", "127.0.0.1"), Entry("loopback with port", "127.0.0.1:8700"), Entry("localhost", "localhost"),
		Entry("unspecified", "0.0.0.0"), Entry("private, 10/8", "10.1.2.3"), Entry("private, 172.16/12", "172.31.0.1"),
		Entry("private, 192.168/16", "192.168.1.1"), Entry("link-local, cloud metadata", "169.254.169.254"),
		Entry("carrier-grade NAT", "100.64.0.1"), Entry("multicast", "224.0.0.1"), Entry("broadcast", "255.255.255.255"),
		Entry("IPv6 loopback", "[::1]"), Entry("IPv6 unspecified", "[::]"), Entry("unique local", "[fd00::1]"),
		Entry("IPv6 link-local", "[fe80::1]"), Entry("IPv6 multicast", "[ff02::1]"),
		Entry("IPv4-mapped loopback", "[::ffff:127.0.0.1]"), Entry("IPv4-mapped private", "[::ffff:10.0.0.1]"),
		Entry("NAT64 of a private one", "[64:ff9b::a00:1]"), Entry("6to4 of a private one", "[2002:a00:1::]"),
		Entry("an allowed one's neighbour", "127.0.0.2"),
	)

	DescribeTable("knows public addresses", func(address string, want bool) {
		Expect(wire.Public(netip.MustParseAddr(address))).To(Equal(want))
	},
		Entry(nil, "8.8.8.8", true), Entry(nil, "52.219.62.1", true), Entry(nil, "100.63.255.255", true),
		Entry(nil, "100.128.0.0", true), Entry(nil, "172.32.0.1", true), Entry(nil, "2606:4700::1111", true),
		Entry(nil, "::ffff:8.8.8.8", false), Entry(nil, "fec0::1", false), Entry(nil, "2001::1", false),
		Entry(nil, "2001:db8::1", false), Entry(nil, "198.18.0.1", false), Entry(nil, "192.0.0.192", false),
		Entry(nil, "240.0.0.1", false), Entry(nil, "0.1.2.3", false), Entry(nil, "100.127.255.255", false),
		Entry(nil, "fe80::1%eth0", false), Entry(nil, "2606:4700::1111%eth0", false),
	)

	Context("with a name", func() {
		resolving := func(addresses ...string) {
			var ips []net.IP
			for _, a := range addresses {
				ips = append(ips, net.ParseIP(a))
			}
			before := net.DefaultResolver
			net.DefaultResolver = resolver(ips)
			DeferCleanup(func() { net.DefaultResolver = before })
		}
		port := func(server *httptest.Server) string { return server.URL[strings.LastIndex(server.URL, ":"):] }

		It("checks the address it resolves to", func(ctx SpecContext) {
			resolving("169.254.169.254")
			_, err := get(ctx, wire.Downloader{}, "https://example.com")
			Expect(err).To(kind(wire.ErrAddress, 0))
		})

		It("checks again when it resolves to another one", func(ctx SpecContext) {
			resolving("127.0.0.1", "127.0.0.2")
			d, server := files(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/again", http.StatusFound) })
			_, err := get(ctx, d, "https://example.com"+port(server))
			Expect(err).To(kind(wire.ErrAddress, 0))
		})

		It("says that it does not resolve", func(ctx SpecContext) {
			resolving()
			_, err := get(ctx, wire.Downloader{}, "https://example.com")
			Expect(err).To(kind(wire.ErrDNS, 0))
		})
	})

	DescribeTable("refuses a link, and says why", func(ctx SpecContext, link, why string) {
		_, err := get(ctx, wire.Downloader{}, link)
		Expect(err).To(kind(wire.ErrLink, 0))
		Expect(err).To(MatchError("wire: link refused: " + why))
		Expect(unsent(err)).To(BeTrue())
	},
		Entry("of http", "http://example.com", "its scheme is http, which only addresses of Downloader.Allow may have"),
		Entry("of a file", "file:///etc", "its scheme is not https"), Entry("without scheme", "//example.com", "its scheme is not https"),
		Entry("with a password", "https://user:"+secret+"@example.com", "it has a user or a password"),
		Entry("without host", "https://", "it has no host"), Entry("with a port alone", "https://:443", "it has no host"),
		Entry("that is none", "https://[bad", "it is no URL"),
		Entry("as documentation has it", "<xml file link with 48hrs expiry>", "its scheme is not https"),
	)

	Describe("over http", func() {
		It("calls the addresses that it is allowed", func(ctx SpecContext) {
			server := httptest.NewServer(odd{status: 200, body: document})
			DeferCleanup(server.Close)
			file, err := get(ctx, wire.Downloader{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}, server.URL)
			Expect(err).NotTo(HaveOccurred())
			Expect(string(file.Bytes())).To(Equal(document))
		})

		It("calls no public address", func(ctx SpecContext) {
			d := wire.Downloader{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}
			_, err := get(ctx, d, "http://[2606:4700::1111]")
			Expect(err).To(kind(wire.ErrAddress, 0))
		})

		It("is not led to from https", func(ctx SpecContext) {
			plain := httptest.NewServer(odd{status: 200, body: document})
			DeferCleanup(plain.Close)
			d, server := files(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, plain.URL, http.StatusFound) })
			_, err := get(ctx, d, server.URL)
			Expect(err).To(kind(wire.ErrLink, 302))
			Expect(err).To(MatchError(HaveSuffix("it leads from https to http")))
		})
	})

	DescribeTable("honours expiry", func(ctx SpecContext, left time.Duration, want OmegaMatcher) {
		d, server := files(odd{status: 200, body: document}.ServeHTTP)
		now := time.Date(2025, 4, 30, 13, 21, 16, 0, time.UTC)
		d.Now = func() time.Time { return now }
		reply := wire.Reply{Status: 500} // of an earlier call
		_, err := d.Get(wire.WithReply(ctx, &reply), server.URL, now.Add(left))
		Expect(err).To(want)
		Expect(reply.Status).NotTo(Equal(500))
	},
		Entry("a second ahead", time.Second, Succeed()),
		Entry("now", time.Duration(0), kind(wire.ErrExpired, 0)),
		Entry("a second ago", -time.Second, kind(wire.ErrExpired, 0)),
	)

	It("follows a redirect and tells it nothing", func(ctx SpecContext) {
		var got []*http.Request
		d, server := files(func(w http.ResponseWriter, r *http.Request) {
			got = append(got, r)
			if r.URL.Path == "/file" {
				http.SetCookie(w, &http.Cookie{Name: "session", Value: secret})
				http.Redirect(w, r, "/there", http.StatusFound)
				return
			}
			_, _ = io.WriteString(w, document)
		})
		file, err := get(ctx, d, server.URL)
		Expect(err).NotTo(HaveOccurred())
		Expect(file.Type).To(Equal(wire.XML))
		Expect(got).To(HaveLen(2))
		for _, r := range got {
			Expect(r.Header).To(Equal(http.Header{"User-Agent": {"Go-http-client/1.1"}, "Accept-Encoding": {"gzip"}, "Connection": {"close"}}))
		}
	})

	DescribeTable("refuses a redirect", func(ctx SpecContext, location string, want wire.Err, status int) {
		d, server := files(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", location)
			w.WriteHeader(http.StatusFound)
		})
		_, err := get(ctx, d, server.URL)
		Expect(err).To(kind(want, status))
	},
		Entry("to http", "http://example.com/"+secret, wire.ErrLink, 302),
		Entry("with a password", "https://user:"+secret+"@example.com/", wire.ErrLink, 302),
		Entry("to a private address", "https://10.0.0.1/"+secret, wire.ErrAddress, 0),
		Entry("to cloud metadata", "https://169.254.169.254/latest/"+secret, wire.ErrAddress, 0),
		Entry("to what is no URL", "https://[bad/"+secret, wire.ErrRedirect, 302),
	)

	It("refuses the fourth redirect", func(ctx SpecContext) {
		calls := 0
		d, server := files(func(w http.ResponseWriter, r *http.Request) {
			calls++
			http.Redirect(w, r, "/file", http.StatusFound)
		})
		_, err := get(ctx, d, server.URL)
		Expect(err).To(kind(wire.ErrRedirect, 302))
		Expect(calls).To(Equal(4))
	})

	DescribeTable("says which status is not 200", func(ctx SpecContext, status int) {
		d, server := files(odd{status: status, body: `<?xml version="1.0"?><Error>` + secret + `</Error>`}.ServeHTTP)
		var reply wire.Reply
		_, err := get(wire.WithReply(ctx, &reply), d, server.URL)
		Expect(err).To(kind(wire.ErrStatus, status))
		Expect(reply.Status).To(Equal(status))
	},
		Entry("a store's answer to an expired link", 403), Entry("gone", 410), Entry("outage", 503), Entry("part", 206),
	)

	It("stops at the limit", func(ctx SpecContext) {
		d, server := files(odd{status: 200, body: document}.ServeHTTP)
		d.Limits.Body = int64(len(document)) - 1
		_, err := get(ctx, d, server.URL)
		Expect(err).To(kind(wire.ErrTooLarge, 200))
	})

	It("refuses a certificate that nobody vouches for", func(ctx SpecContext) {
		d, server := files(odd{status: 200, body: document}.ServeHTTP)
		d.Roots = x509.NewCertPool()
		_, err := get(ctx, d, server.URL)
		Expect(err).To(kind(wire.ErrTLS, 0))
	})

	It("ends with its context, inside a TLS handshake too", func(ctx SpecContext) {
		d, _ := files(nil)
		d.Limits.Timeout = time.Hour // so that nothing else ends it
		short, cancel := context.WithCancel(ctx)
		link := "https://" + listen(func(conn net.Conn) {
			_, _ = conn.Read(make([]byte, 1)) // the handshake has begun
			cancel()
			context.AfterFunc(ctx, func() { _ = conn.Close() }) // should the download not end
			silence(conn)
		})
		done := make(chan error, 1)
		go func() {
			defer GinkgoRecover()
			_, err := get(short, d, link)
			done <- err
		}()
		Eventually(done).Should(Receive(BeIdenticalTo(context.Canceled)))
	})
})

var _ = Describe("Unzip", func() {
	const limit = 1 << 20

	It("returns the one file inside", func() {
		for _, method := range []uint16{0, 8} {
			file, err := wire.Unzip(archive(entry{name: "aadhaar.xml", body: document, method: method}), limit)
			Expect(err).NotTo(HaveOccurred())
			Expect(file.Type).To(Equal(wire.XML))
			Expect(string(file.Bytes())).To(Equal(document))
		}
	})

	It("calls a file beyond the limit too large, and one that is packed too well a bad archive", func() {
		bomb := archive(entry{name: "a.xml", body: document + strings.Repeat(" ", 900<<10), method: 8})
		most := 100 * int64(len(bomb))
		_, err := wire.Unzip(bomb, most)
		Expect(err).To(HaveField("Kind", wire.ErrTooLarge))
		_, err = wire.Unzip(bomb, most+1)
		Expect(err).To(HaveField("Kind", wire.ErrArchive))
	})

	DescribeTable("tells an archive that needs a password from one that is damaged", func(file string) {
		data, err := base64.StdEncoding.DecodeString(file)
		Expect(err).NotTo(HaveOccurred())
		_, err = wire.Unzip(data, limit)
		Expect(err).To(And(MatchError(wire.ErrEncrypted), MatchError(wire.ErrArchive)))
		Expect(err.Error()).To(ContainSubstring("ShareCode"), "it says what to do")
		expectClean(err)
		_, err = wire.Unzip(data[:len(data)-1], limit)
		Expect(err).To(MatchError(wire.ErrArchive))
		Expect(err).NotTo(MatchError(wire.ErrEncrypted))
	},
		// both of <?xml version="1.0"?><Certificate name="Invented"/>, with the password 0000
		Entry("by ZipCrypto, made by Info-ZIP's zip -P",
			"UEsDBAoACQAAADZ/fV0fGwjMPwAAADMAAAAFAAAAYS54bWxdWNs9J74Tkfz5QUJb"+
				"4jYBLqj1QSTcU5fI5aO32MMuGb4yNMz8GfP9X+Zh3IszMMhXPj3Q6DERtTJNuwL6vyBQSwcIHxsI"+
				"zD8AAAAzAAAAUEsBAh4DCgAJAAAANn99"+
				"XR8bCMw/AAAAMwAAAAUAAAAAAAAAAQAAAKSBAAAAAGEueG1sUEsFBgAAAAABAAEAMwAAAHIAAAAAAA=="),
		Entry("by AES-256, made by 7-Zip",
			"UEsDBDMAAQBjADd/fV0AAAAATwAAADMAAAAFAAsAYS54bWwBmQcAAgBBRQMAAEIAJjNE9MOm/S7g"+
				"vgVUX2Y6o0n4CcbGSvYo/WELGfha6G9056mu0HidfxPtlnpiw/yivBRDvls+zoON+Hk0cAzSXxVg"+
				"tJAz292kcgBrMW1QSwECPwMzAAEAYwA3"+
				"f31dAAAAAE8AAAAzAAAABQAvAAAAAAAAACCApIEAAAAAYS54bWwKACAAAAAAAAEAGAAV1WtfGoDd"+
				"AQAAAAAAAAAAAAAAAAAAAAABmQcAAgBB"+
				"RQMAAFBLBQYAAAAAAQABAGIAAAB9AAAAAAA="),
	)

	DescribeTable("says why", func(why string, refused func(context.Context) error) {
		err := refused(context.Background())
		Expect(err).To(MatchError(ContainSubstring(why)))
		expectClean(err)
	},
		Entry(nil, "it holds no file", func(context.Context) error { return unzipped(archive()) }),
		Entry(nil, "several files",
			func(context.Context) error { return unzipped(archive(entry{name: "a.xml"}, entry{name: "b.xml"})) }),
		Entry(nil, "damaged or cut",
			func(context.Context) error { return unzipped(archive(entry{name: "a.xml", body: document})[:60]) }),
		Entry(nil, "it is empty", func(ctx context.Context) error { return served(ctx, odd{status: 200}) }),
		Entry(nil, "an HTML page", func(ctx context.Context) error {
			return served(ctx, odd{status: 200, body: " <!DOCTYPE HTML><html>" + secret})
		}),
		Entry(nil, "it is JSON",
			func(ctx context.Context) error { return served(ctx, odd{status: 200, body: `{"a":"` + secret + `"}`}) }),
		Entry(nil, "the link has ended, perhaps: fetch the record anew, in a new journey if it is handed out once",
			func(ctx context.Context) error { return served(ctx, odd{status: 410}) }),
	)

	DescribeTable("refuses an archive", func(data []byte, want wire.Err) {
		_, err := wire.Unzip(data, limit)
		Expect(err).To(HaveField("Kind", want), "its cause may be of another kind")
		expectClean(err)
	},
		Entry("that is none", []byte(document), wire.ErrArchive),
		Entry("without a file", archive(), wire.ErrArchive),
		Entry("of two files", archive(entry{name: "a.xml", body: document}, entry{name: "b.xml", body: document}), wire.ErrArchive),
		Entry("of a folder", archive(entry{name: "a/"}), wire.ErrArchive),
		Entry("that is encrypted", encrypted(archive(entry{name: "a.xml", body: document})), wire.ErrEncrypted),
		Entry("cut off", archive(entry{name: "a.xml", body: document})[:60], wire.ErrArchive),
		Entry("with a wrong checksum", damaged(archive(entry{name: "a.xml", body: document})), wire.ErrArchive),
		Entry("with a link inside", archive(entry{name: "a.xml", body: "/etc/passwd", symlink: true}), wire.ErrArchive),
		Entry("with a name that climbs", archive(entry{name: "../" + secret, body: document}), wire.ErrArchive),
		Entry("with a name that climbs inside", archive(entry{name: "a/../../b.xml", body: document}), wire.ErrArchive),
		Entry("with an absolute name", archive(entry{name: "/a.xml", body: document}), wire.ErrArchive),
		Entry("with a drive", archive(entry{name: "C:a.xml", body: document}), wire.ErrArchive),
		Entry("with a backslash", archive(entry{name: `..\a.xml`, body: document}), wire.ErrArchive),
		Entry("that is a bomb", archive(entry{name: "a.xml", body: document + strings.Repeat(" ", 900<<10), method: 8}), wire.ErrArchive),
		Entry("beyond the limit", archive(entry{name: "a.xml", body: document + noise(limit)}), wire.ErrTooLarge),
		Entry("with HTML inside", archive(entry{name: "a.xml", body: page}), wire.ErrContent),
		Entry("with an archive inside", archive(entry{name: "a.zip", body: string(archive(entry{name: "a.xml", body: document}))}), wire.ErrContent),
		Entry("with nothing inside", archive(entry{name: "a.xml"}), wire.ErrContent),
		Entry("with another file before the one it lists",
			listing(entry{name: "a.xml", body: page}, entry{name: "b.xml", body: document}), wire.ErrArchive),
		Entry("with another of the same name before it",
			listing(entry{name: "a.xml", body: page}, entry{name: "a.xml", body: document}), wire.ErrArchive),
		Entry("behind another",
			append(archive(entry{name: "a.xml", body: page}),
				archive(entry{name: "a.xml", body: document})...), wire.ErrArchive),
		Entry("behind something else",
			append([]byte("PK\x03\x04 or so"), archive(entry{name: "a.xml", body: document})...), wire.ErrArchive),
		Entry("that lists another name", listed(archive(entry{name: "a.xml", body: document}), 46, "b"),
			wire.ErrArchive),
		Entry("that lists another method", listed(archive(entry{name: "a.xml", body: document, method: 8}), 10, "\x00"),
			wire.ErrArchive),
		Entry("that lists no password where the file has one", func() []byte {
			data := archive(entry{name: "a.xml", body: document})
			data[6] |= 1
			return data
		}(), wire.ErrArchive),
		Entry("without a checksum", uncounted(document), wire.ErrArchive),
		Entry("that lists a longer file", listed(archive(entry{name: "a.xml", body: document}), 24, "\xff"),
			wire.ErrArchive),
		Entry("that lists two files and has one", func() []byte {
			data := archive(entry{name: "a.xml", body: document})
			end := strings.Index(string(data), "PK\x05\x06")
			data[end+8], data[end+10] = 2, 2
			return data
		}(), wire.ErrArchive),
		Entry("with the name of a folder", archive(entry{name: ".", body: document}), wire.ErrArchive),
		Entry("with a named pipe inside",
			listed(archive(entry{name: "a.xml", body: document, symlink: true}), 41, "\x10"), wire.ErrArchive),
	)
})

func unzipped(data []byte) error {
	_, err := wire.Unzip(data, 1<<20)
	return err
}

// served is what comes of downloading that.
func served(ctx context.Context, o odd) error {
	d, server := files(o.ServeHTTP)
	_, err := get(ctx, d, server.URL)
	return err
}
