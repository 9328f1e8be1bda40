#include "commands/cli/version.h"

#include <openssl/crypto.h>
#include <zlib.h>

#include <CLI/Version.hpp>
#include <nlohmann/json.hpp>
#include <string>

namespace jobtree::commands {

std::string version_text() {
  const std::string json = std::to_string(NLOHMANN_JSON_VERSION_MAJOR) + "." +
                           std::to_string(NLOHMANN_JSON_VERSION_MINOR) + "." +
                           std::to_string(NLOHMANN_JSON_VERSION_PATCH);
  return "jobtree " JOBTREE_VERSION " (commit " + std::string(commit()) +
         ")\n"
         "cpp-httplib " JOBTREE_HTTPLIB_VERSION ", OpenSSL " +
         OpenSSL_version(OPENSSL_VERSION_STRING) + ", libcurl " JOBTREE_CURL_VERSION +
         ", nlohmann_json " + json + ", zlib " + ::zlibVersion() +
         ", SQLite " JOBTREE_SQLITE_VERSION ", zstd " JOBTREE_ZSTD_VERSION
         ", brotli " JOBTREE_BROTLI_VERSION ", yaml-cpp " JOBTREE_YAML_VERSION
         ", CLI11 " CLI11_VERSION;
}

}  // namespace jobtree::commands
