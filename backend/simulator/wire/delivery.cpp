#include "simulator/wire/delivery.h"

#include <zlib.h>

#include <algorithm>
#include <charconv>
#include <utility>

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

/// The same as gzip, made piece by piece.
std::string packed_json(std::size_t size) {
  std::string packed;
  z_stream stream{};
  constexpr int kGzip = 15 + 16;
  constexpr int kMemory = 9;
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzip, kMemory, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    return packed;
  }
  std::string room(std::size_t{64} << 10, '\0');
  const auto feed = [&](std::string_view piece, int flush) {
    // The library does not write to its input; its type is older than const.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
    stream.avail_in = static_cast<uInt>(piece.size());
    do {
      stream.next_out = reinterpret_cast<Bytef*>(room.data());
      stream.avail_out = static_cast<uInt>(room.size());
      deflate(&stream, flush);
      packed.append(room, 0, room.size() - stream.avail_out);
    } while (stream.avail_out == 0);
  };
  feed(kHead, Z_NO_FLUSH);
  const std::string padding(std::size_t{64} << 10, 'x');
  for (std::size_t left = size; left > 0;) {
    const std::size_t now = std::min(left, padding.size());
    feed(std::string_view(padding).substr(0, now), Z_NO_FLUSH);
    left -= now;
  }
  feed(kTail, Z_FINISH);
  deflateEnd(&stream);
  return packed;
}

/// Where the line of this header stands in the head, end of line included.
std::pair<std::size_t, std::size_t> header_line(const std::string& bytes, std::string_view name) {
  const std::size_t end_of_head = bytes.find("\r\n\r\n");
  const std::string start = "\r\n" + std::string(name) + ": ";
  const std::size_t at = bytes.find(start);
  if (at == std::string::npos || at > end_of_head) return {std::string::npos, 0};
  const std::size_t end = bytes.find("\r\n", at + 2);
  return {at + 2, end + 2 - (at + 2)};
}

std::string with_length_off(std::string bytes, std::int64_t by) {
  const auto [at, size] = header_line(bytes, "Content-Length");
  if (at == std::string::npos) return bytes;
  constexpr std::string_view kName = "Content-Length: ";
  std::int64_t length = 0;
  std::from_chars(bytes.data() + at + kName.size(), bytes.data() + at + size, length);
  bytes.replace(
      at, size,
      std::string(kName) + std::to_string(std::max<std::int64_t>(0, length + by)) + "\r\n");
  return bytes;
}

std::string not_modified(std::string bytes) {
  for (const std::string_view name : {"Content-Length", "Content-Type"}) {
    const auto [at, size] = header_line(bytes, name);
    if (at != std::string::npos) bytes.erase(at, size);
  }
  return bytes;
}

bool write_all(Wire& wire, std::string_view bytes, const InjectedFaults& injected) {
  if (injected.drip_bytes == 0) return wire.write(bytes);
  while (!bytes.empty()) {
    const std::string_view drop = bytes.substr(0, injected.drip_bytes);
    if (!wire.write(drop)) return false;
    bytes.remove_prefix(drop.size());
    if (!bytes.empty() && !wire.pause(injected.drip_every)) return false;
  }
  return true;
}

}  // namespace

std::optional<Response> replacement(const Fault& fault, std::string_view request_id) {
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

std::string altered(std::string bytes, const Fault& fault) {
  const std::size_t after = fault.after_bytes == Fault::kHalfWay
                                ? bytes.size() / 2
                                : static_cast<std::size_t>(fault.after_bytes);
  switch (fault.kind) {
    case FaultKind::reset_before:
      return {};
    case FaultKind::reset_within:
    case FaultKind::truncated:
      bytes.resize(std::min(bytes.size(), after));
      return bytes;
    case FaultKind::wrong_length:
      return with_length_off(std::move(bytes), fault.by);
    case FaultKind::not_modified_without_length:
      return not_modified(std::move(bytes));
    default:
      return bytes;
  }
}

bool deliver(Wire& wire, std::string bytes, const InjectedFaults& injected) {
  if (injected.breaks) bytes = altered(std::move(bytes), *injected.breaks);
  if (injected.delay > Milliseconds(0) && !wire.pause(injected.delay)) return false;
  if (!write_all(wire, bytes, injected)) return false;
  if (!injected.breaks) return true;
  switch (injected.breaks->kind) {
    case FaultKind::reset_before:
    case FaultKind::reset_within:
      wire.reset();
      return false;
    case FaultKind::truncated:
      wire.close(false);
      return false;
    case FaultKind::wrong_length:
      // What was promised and does not come has an end; what came too much stays on the wire.
      if (injected.breaks->by > 0) wire.close(false);
      return injected.breaks->by < 0;
    case FaultKind::close_before:
      wire.wait(Wire::Clock::now() + Milliseconds(injected.breaks->after_ms));
      wire.close(false);
      return false;
    default:
      return true;
  }
}

}  // namespace jobtree::simulator
