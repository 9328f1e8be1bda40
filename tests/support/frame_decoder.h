// Frames of the engine, read word by word: the one decoder of the native tests and the fuzzer. The
// page's is readFrame() in web/host/engine.js.
//
// Knows: the wire form (wasm/wire/abi.h). Must not know: what a host does with a command. A frame
// that is not well formed ends in an exception.
#pragma once

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "wire/abi.h"

namespace jobtree::test {

/// What a frame asks of a host; a test overrides what it looks at.
class FrameHost {
 public:
  using Field = engine::abi::Field;
  using Attribute = engine::abi::Attribute;
  using Event = engine::abi::Event;

  virtual ~FrameHost() = default;
  virtual void mount(std::uint32_t) {}
  virtual void unmount(std::uint32_t) {}
  virtual void text(std::uint32_t, Field, const std::string&) {}
  virtual void time(std::uint32_t, Field, double) {}
  virtual void number(std::uint32_t, Attribute, std::uint32_t) {}
  virtual void height(std::uint32_t) {}
  virtual void focus(std::uint32_t) {}
  virtual void scroll(double) {}
  virtual void announce(const std::string&) {}
  virtual void query(const std::string& /*etag*/, std::uint32_t /*hold*/) {}
  virtual void cancel(bool /*late*/) {}
  virtual void wake(double) {}
  virtual void event(Event) {}
};

/// Calls `host` for every command. `words` is a frame, `text` its string.
template <class Words>
void decode(const Words& words, std::string_view text, FrameHost& host) {
  const auto require = [](bool holds, const char* what) {
    if (!holds) throw std::runtime_error(what);
  };
  // Where each UTF-16 unit begins, and where the last one ends.
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0U) == 0x80U) continue;
    starts.push_back(i);
    if (byte >= 0xF0U) starts.push_back(i);
  }
  starts.push_back(text.size());

  require(words.size() > 3, "a frame has a head and an end");
  require(words[1] == text.size(), "the head says how long the string is");
  require(words[2] == words.size(), "the head says how many words there are");
  std::size_t at = 3;
  const auto word = [&]() -> std::uint32_t {
    require(at < words.size(), "a frame ends with its end");
    return words[at++];
  };
  const auto real = [&] {
    std::uint64_t bits = word();
    bits |= static_cast<std::uint64_t>(word()) << 32U;
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  };
  const auto run = [&] {
    const std::uint32_t start = word();
    const std::size_t end = std::size_t{start} + word();
    require(end < starts.size(), "a text lies within the string");
    return std::string(text.substr(starts[start], starts[end] - starts[start]));
  };
  const auto field = [&] { return static_cast<FrameHost::Field>(word()); };
  using engine::abi::Op;
  for (;;) {
    switch (static_cast<Op>(word())) {
      case Op::end:
        return require(at == words.size(), "nothing follows the end");
      case Op::mount:
        host.mount(word());
        break;
      case Op::unmount:
        host.unmount(word());
        break;
      case Op::text: {
        const std::uint32_t slot = word();
        const FrameHost::Field which = field();
        host.text(slot, which, run());
        break;
      }
      case Op::time: {
        const std::uint32_t slot = word();
        const FrameHost::Field which = field();
        host.time(slot, which, real());
        break;
      }
      case Op::number: {
        const std::uint32_t slot = word();
        const auto attribute = static_cast<FrameHost::Attribute>(word());
        host.number(slot, attribute, word());
        break;
      }
      case Op::height:
        host.height(word());
        break;
      case Op::focus:
        host.focus(word());
        break;
      case Op::scroll:
        host.scroll(real());
        break;
      case Op::announce:
        host.announce(run());
        break;
      case Op::query: {
        const std::string etag = run();
        host.query(etag, word());
        break;
      }
      case Op::cancel: {
        const std::uint32_t late = word();
        require(late <= 1, "what is canceled is late or not");
        host.cancel(late == 1);
        break;
      }
      case Op::wake:
        host.wake(real());
        break;
      case Op::event:
        host.event(static_cast<FrameHost::Event>(word()));
        break;
      default:
        require(false, "a command is one of those we know");
    }
  }
}

}  // namespace jobtree::test
