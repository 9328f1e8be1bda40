// One open socket, in the clear or by TLS, that never blocks.
//
// Knows: recv, sendmsg, OpenSSL. Must not know: HTTP, events, deadlines.
#pragma once

#include <openssl/types.h>
#include <sys/uio.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>

namespace jobtree::net {

/// A file descriptor that is closed when it goes.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  /// It is the caller's to close from now on.
  int release() { return std::exchange(number_, -1); }
  operator int() const { return number_; }  // NOLINT(google-explicit-constructor): for system calls

 private:
  int number_;
};

class Socket {
 public:
  enum class Result {
    done,
    again,  ///< nothing more now: wait for the kernel's word
    ended   ///< the other side has closed, or the connection broke
  };

  /// Takes over a connected, non-blocking descriptor. `tls`: null for none.
  Socket(int number, SSL_CTX* tls);
  ~Socket();

  int number() const { return descriptor_; }
  /// Appends at most `most` bytes. `done` when something came.
  Result receive(std::string& into, std::size_t most);
  /// Sends what fits of `parts`, and says how much that was. `done` when something went.
  Result send(std::span<const iovec> parts, std::size_t& count);
  /// Says that nothing more is sent. What the other side still sends can be read.
  void end_sending();
  /// Makes the close a TCP reset.
  void reset_on_close();

 private:
  struct FreeTls {
    void operator()(SSL* tls) const;
  };
  Result result_of(int result) const;

  Descriptor descriptor_;
  std::unique_ptr<SSL, FreeTls> tls_;
};

}  // namespace jobtree::net
