// SPDX-License-Identifier: Apache-2.0
//
// hls_stream.h: hls::stream for firmware that runs without Vitis HLS: a queue without a limit, whatever its depth in
// hardware. Nothing is shared between streams; one is used by one thread at a time.
#ifndef NAC_HLS_STREAM_H
#define NAC_HLS_STREAM_H

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace hls {

template <class T, int Depth = 0>
class stream {
 public:
  stream() = default;
  explicit stream(const char *name) : name_(name) {}
  explicit stream(std::string name) : name_(std::move(name)) {}
  stream(const stream &) = delete;
  stream &operator=(const stream &) = delete;

  T read() {
    if (size_ == 0) read_of_nothing();
    T value = std::move(ring_[first_]);
    first_ = (first_ + 1) & (room_ - 1);
    --size_;
    return value;
  }
  void read(T &value) { value = read(); }
  bool read_nb(T &value) {
    if (size_ == 0) return false;
    value = read();
    return true;
  }
  void write(const T &value) {
    if (size_ == room_) grow();
    ring_[(first_ + size_) & (room_ - 1)] = value;
    ++size_;
  }
  bool write_nb(const T &value) {
    write(value);
    return true;
  }
  void operator>>(T &value) { read(value); }
  void operator<<(const T &value) { write(value); }

  bool empty() const { return size_ == 0; }
  bool full() const { return false; }
  std::size_t size() const { return size_; }
  void set_name(const char *name) { name_ = name; }
  const std::string &name() const { return name_; }

 private:
  std::unique_ptr<T[]> ring_;
  std::size_t room_ = 0, first_ = 0, size_ = 0;  // room_ is a power of two
  std::string name_;

  [[noreturn]] void read_of_nothing() const {
    throw std::runtime_error((name_.empty() ? "a stream without a name" : "the stream '" + name_ + "'") +
                             " is read while it is empty: in hardware the design would hang here");
  }
  void grow() {
    const std::size_t room = room_ == 0 ? 16 : 2 * room_;
    std::unique_ptr<T[]> ring(new T[room]());
    for (std::size_t i = 0; i < size_; ++i) ring[i] = std::move(ring_[(first_ + i) & (room_ - 1)]);
    ring_ = std::move(ring);
    room_ = room;
    first_ = 0;
  }
};

}  // namespace hls

#endif
