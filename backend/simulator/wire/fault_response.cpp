#include "simulator/wire/fault_response.h"

#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <string>

namespace jobtree::simulator {
namespace {

constexpr std::string_view kHead = R"({"job_id":")";
constexpr std::string_view kTail = R"("})";

/// JSON of about so many bytes: one long text.
std::string long_json(std::size_t size) {
  std::string body(kHead);
  body.append(size > kHead.size() + kTail.size() ? size - kHead.size() - kTail.size() : 0, 'x');
  body += kTail;
  return body;
}

/// Bytes as deflate has them (RFC 1951), ending at a whole byte, so that a piece packed once may be
/// repeated: a bomb of a gigabyte is made in the time of its first piece.
std::string deflated(std::string_view piece, int flush) {
  std::string packed;
  z_stream stream{};
  constexpr int kRaw = -15;
  constexpr int kMemory = 9;
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kRaw, kMemory, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    return packed;
  }
  packed.resize(deflateBound(&stream, static_cast<uLong>(piece.size())) + 16);
  // The library does not write to its input; its type is older than const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
  stream.avail_in = static_cast<uInt>(piece.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, flush);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

uLong crc_of(std::string_view piece) {
  return crc32(0, reinterpret_cast<const Bytef*>(piece.data()), static_cast<uInt>(piece.size()));
}

void append_number(std::string& bytes, std::uint32_t number) {
  for (int shift = 0; shift < 32; shift += 8) {
    bytes += static_cast<char>((number >> shift) & 0xff);
  }
}

/// JSON with a text of `size` bytes, as gzip (RFC 1952).
std::string packed_json(std::size_t size) {
  using namespace std::string_view_literals;
  std::string packed("\x1f\x8b\x08\0\0\0\0\0\x02\xff"sv);
  uLong crc = crc_of({});
  std::size_t length = 0;
  const auto add = [&](std::string_view bytes, uLong crc_of_bytes, std::size_t unpacked) {
    packed += bytes;
    crc = crc32_combine(crc, crc_of_bytes, static_cast<z_off_t>(unpacked));
    length += unpacked;
  };
  const auto add_text = [&](std::string_view text, int flush) {
    add(deflated(text, flush), crc_of(text), text.size());
  };
  add_text(kHead, Z_FULL_FLUSH);
  const std::string padding(std::size_t{1} << 20, 'x');
  const std::string packed_padding = deflated(padding, Z_FULL_FLUSH);
  const uLong padding_crc = crc_of(padding);
  for (std::size_t i = 0; i < size / padding.size(); ++i) {
    add(packed_padding, padding_crc, padding.size());
  }
  add_text(std::string_view(padding).substr(0, size % padding.size()), Z_FULL_FLUSH);
  add_text(kTail, Z_FINISH);
  append_number(packed, static_cast<std::uint32_t>(crc));
  append_number(packed, static_cast<std::uint32_t>(length));
  return packed;
}

}  // namespace

std::optional<Response> fault_response(const Fault& fault, std::string_view request_id) {
  const int status = static_cast<int>(fault.status);
  const auto size = static_cast<std::size_t>(fault.bytes);
  switch (fault.kind) {
    case FaultKind::not_modified_without_length:
      return Response{.status = 304};
    case FaultKind::oversized:
      return Response{.body = long_json(size)};
    case FaultKind::gzip_bomb:
      return Response{.body = packed_json(size), .headers = {{"Content-Encoding", "gzip"}}};
    case FaultKind::html_error:
      return Response{.status = status,
                      .type = "text/html",
                      .body = "<html>\r\n<head><title>" + std::to_string(status) +
                              "</title></head>\r\n<body>\r\n<center><h1>" + std::to_string(status) +
                              "</h1></center>\r\n<hr><center>a simulated proxy</center>\r\n"
                              "</body>\r\n</html>\r\n"};
    case FaultKind::redirect:
      return Response{.status = status, .headers = {{"Location", fault.location}}};
    case FaultKind::error:
      return gateway_error(status, fault.code, fault.message, request_id);
    default:
      return std::nullopt;
  }
}

}  // namespace jobtree::simulator
