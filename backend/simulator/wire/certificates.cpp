#include "simulator/wire/certificates.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstdint>

namespace jobtree::simulator {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using PrivateKey = std::unique_ptr<EVP_PKEY, Free>;
using Certificate = std::unique_ptr<X509, Free>;

constexpr long kDayInSeconds = 24L * 60 * 60;

struct CertificateSpec {
  const char* name;
  long from = -kDayInSeconds;  ///< seconds from now
  long to = 365 * kDayInSeconds;
  const char* names = nullptr;  ///< of a leaf: "DNS:localhost"
};

bool add_extension(X509& certificate, X509& issuer, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Free> extension(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value));
  return extension && X509_add_ext(&certificate, extension.get(), -1) == 1;
}

bool set_serial(X509& certificate) {
  std::uint64_t serial = 0;
  return RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1 &&
         ASN1_INTEGER_set_uint64(X509_get_serialNumber(&certificate), serial >> 1) == 1;
}

bool set_name(X509& certificate, const char* name) {
  X509_NAME* subject = X509_get_subject_name(&certificate);
  const auto add = [subject](const char* field, const char* value) {
    return X509_NAME_add_entry_by_txt(subject, field, MBSTRING_ASC,
                                      reinterpret_cast<const unsigned char*>(value), -1, -1, 0);
  };
  return add("O", "jobtree simulator, nothing real") == 1 && add("CN", name) == 1;
}

/// A certificate of `key` from `issuer` (nullptr: of itself); null when the library failed.
Certificate certify(const CertificateSpec& spec, EVP_PKEY& key, X509* issuer,
                    EVP_PKEY& issuer_key) {
  Certificate made(X509_new());
  if (!made) return nullptr;
  X509& certificate = *made;
  X509& from = issuer == nullptr ? certificate : *issuer;
  const bool is_leaf = spec.names != nullptr;
  const bool good =
      X509_set_version(&certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
      set_name(certificate, spec.name) && X509_set_pubkey(&certificate, &key) == 1 &&
      X509_set_issuer_name(&certificate, X509_get_subject_name(&from)) == 1 &&
      X509_gmtime_adj(X509_getm_notBefore(&certificate), spec.from) != nullptr &&
      X509_gmtime_adj(X509_getm_notAfter(&certificate), spec.to) != nullptr &&
      add_extension(certificate, from, NID_subject_key_identifier, "hash") &&
      (issuer == nullptr ||
       add_extension(certificate, from, NID_authority_key_identifier, "keyid")) &&
      add_extension(certificate, from, NID_basic_constraints,
                    is_leaf ? "critical,CA:FALSE" : "critical,CA:TRUE,pathlen:0") &&
      add_extension(certificate, from, NID_key_usage,
                    is_leaf ? "critical,digitalSignature" : "critical,keyCertSign,cRLSign") &&
      (!is_leaf || (add_extension(certificate, from, NID_ext_key_usage, "serverAuth") &&
                    add_extension(certificate, from, NID_subject_alt_name, spec.names))) &&
      X509_sign(&certificate, &issuer_key, EVP_sha256()) > 0;
  return good ? std::move(made) : nullptr;
}

CertificateSpec spec_for(Tls kind) {
  CertificateSpec spec{.name = "127.0.0.1", .names = "IP:127.0.0.1,IP:::1,DNS:localhost"};
  if (kind == Tls::wrong_name) {
    spec.name = "elsewhere.invalid";
    spec.names = "DNS:elsewhere.invalid";
  }
  if (kind == Tls::expired) {
    spec.from = -30 * kDayInSeconds;
    spec.to = -kDayInSeconds;
  }
  return spec;
}

std::string pem_of(X509& certificate) {
  const std::unique_ptr<BIO, Free> bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_X509(bio.get(), &certificate) != 1) return {};
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

}  // namespace

void FreeContext::operator()(SSL_CTX* context) const {
  SSL_CTX_free(context);
}

Result<Certificates> make_certificates(Tls kind) {
  const Failure failure =
      Failure::system(bilingual({"OpenSSL could not create a certificate; check its configuration",
                                 "OpenSSL 无法创建证书，请检查其配置"}));
  const PrivateKey authority_key(EVP_EC_gen("P-256"));
  const PrivateKey key(EVP_EC_gen("P-256"));
  if (!authority_key || !key) return failure;
  // The authority is always in order: what is wrong is to be wrong for one reason.
  const CertificateSpec of_authority{.name = "jobtree simulator authority",
                                     .from = -60 * kDayInSeconds};
  const Certificate authority = certify(of_authority, *authority_key, nullptr, *authority_key);
  if (!authority) return failure;
  const Certificate leaf = certify(spec_for(kind), *key, authority.get(), *authority_key);
  if (!leaf) return failure;

  Certificates made;
  made.context.reset(SSL_CTX_new(TLS_server_method()));
  made.authority_pem = pem_of(*authority);
  SSL_CTX* context = made.context.get();
  const bool good = context != nullptr && !made.authority_pem.empty() &&
                    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
                    SSL_CTX_use_certificate(context, leaf.get()) == 1 &&
                    SSL_CTX_use_PrivateKey(context, key.get()) == 1;
  if (!good) return failure;
  return made;
}

}  // namespace jobtree::simulator
