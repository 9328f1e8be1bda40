// An HTTPS server on a loopback port with a certificate of its own making, for tests of what the
// transport trusts. It answers every connection with one small document.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "support/loopback_server.h"

namespace jobtree::tests {

class TlsServer {
 public:
  /// The certificate is good for `name` alone: "IP:127.0.0.1", "DNS:other.example".
  explicit TlsServer(const std::string& name) : context_(SSL_CTX_new(TLS_server_method())) {
    const Certificate certificate(X509_new());
    const Pkey key(EVP_EC_gen("P-256"));
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    X509_NAME* subject = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), subject);
    X509_EXTENSION* names =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, name.c_str());
    X509_add_ext(certificate.get(), names, -1);
    X509_EXTENSION_free(names);
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    SSL_CTX_use_certificate(context_.get(), certificate.get());
    SSL_CTX_use_PrivateKey(context_.get(), key.get());

    std::string file = std::filesystem::temp_directory_path() / "jobtree-ca-XXXXXX";
    ::close(::mkstemp(file.data()));
    certificate_file_ = file;
    const std::unique_ptr<BIO, Free> out(BIO_new_file(file.c_str(), "w"));
    PEM_write_bio_X509(out.get(), certificate.get());
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;
  ~TlsServer() { std::filesystem::remove(certificate_file_); }

  std::string url() const { return "https" + listener_.url().substr(4); }
  const std::string& certificate_file() const { return certificate_file_; }

 private:
  struct Free {
    void operator()(X509* x) const { X509_free(x); }
    void operator()(EVP_PKEY* x) const { EVP_PKEY_free(x); }
    void operator()(SSL_CTX* x) const { SSL_CTX_free(x); }
    void operator()(SSL* x) const { SSL_free(x); }
    void operator()(BIO* x) const { BIO_free(x); }
  };
  using Certificate = std::unique_ptr<X509, Free>;
  using Pkey = std::unique_ptr<EVP_PKEY, Free>;

  void talk(int peer) const {
    const std::unique_ptr<SSL, Free> tls(SSL_new(context_.get()));
    SSL_set_fd(tls.get(), peer);
    char bytes[4096];
    if (SSL_accept(tls.get()) != 1 || SSL_read(tls.get(), bytes, sizeof bytes) <= 0) return;
    constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    SSL_write(tls.get(), kAnswer.data(), static_cast<int>(kAnswer.size()));
    SSL_shutdown(tls.get());
  }

  std::unique_ptr<SSL_CTX, Free> context_;
  std::string certificate_file_;
  LoopbackListener listener_{[this](int peer) { talk(peer); }};  // last: it uses the others
};

}  // namespace jobtree::tests
