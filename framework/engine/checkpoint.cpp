// SPDX-License-Identifier: Apache-2.0
#include "engine/checkpoint.hpp"

#include <bit>
#include <cstring>

#include "base/error.hpp"
#include "nac/cpp/rng.hpp"

namespace nac::fw {
namespace {

static_assert(std::endian::native == std::endian::little, "checkpoints are written as the machine has its numbers");

constexpr char kMark[8] = {'N', 'A', 'C', 'C', 'K', 'P', 'T', '1'};

class Writer {
 public:
  template <class T>
  void number(T value) {
    bytes_.append(reinterpret_cast<const char *>(&value), sizeof value);
  }
  template <class T>
  void numbers(const std::vector<T> &values) {
    number(uint64_t{values.size()});
    bytes_.append(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T));
  }
  void text(const std::string &text) {
    number(uint64_t{text.size()});
    bytes_ += text;
  }
  std::string bytes_;
};

class Reader {
 public:
  explicit Reader(const std::string &bytes, std::size_t from, std::size_t end) : bytes_(bytes), at_(from), end_(end) {}
  template <class T>
  T number() {
    T value;
    std::memcpy(&value, take(1, sizeof value), sizeof value);
    return value;
  }
  template <class T>
  std::vector<T> numbers() {
    const auto count = number<uint64_t>();
    const char *from = take(count, sizeof(T));
    std::vector<T> values(count);
    if (count > 0) std::memcpy(values.data(), from, count * sizeof(T));
    return values;
  }
  std::string text() {
    const auto count = number<uint64_t>();
    return std::string(take(count, 1), count);
  }
  bool at_end() const { return at_ == end_; }

 private:
  const char *take(uint64_t count, std::size_t size) {
    if (count > (end_ - at_) / size) throw Error("the checkpoint ends too early", NAC_DATA_LOSS);
    const char *from = bytes_.data() + at_;
    at_ += count * size;
    return from;
  }
  const std::string &bytes_;
  std::size_t at_, end_;
};

/// Not against anybody, only against damage.
uint64_t digest(const char *bytes, std::size_t count) {
  uint64_t h = nac::mix64(count);
  for (std::size_t i = 0; i < count; i += sizeof h) {
    uint64_t word = 0;
    std::memcpy(&word, bytes + i, std::min(sizeof word, count - i));
    h = nac::mix64(h ^ word);
  }
  return h;
}

void write_epoch(Writer &out, const Epoch &e) {
  out.number(int32_t{e.epoch});
  for (const double v : {e.learning_rate, e.train_loss, e.validation_loss}) out.number(v);
  out.numbers(e.metrics);
}

Epoch read_epoch(Reader &in) {
  Epoch e;
  e.epoch = in.number<int32_t>();
  for (double *v : {&e.learning_rate, &e.train_loss, &e.validation_loss}) *v = in.number<double>();
  e.metrics = in.numbers<double>();
  return e;
}

Checkpoint parse(const std::string &bytes) {
  if (bytes.size() < sizeof kMark + sizeof(uint64_t) || std::memcmp(bytes.data(), kMark, sizeof kMark - 1) != 0)
    throw Error("these " + std::to_string(bytes.size()) + " bytes are no checkpoint of a training", NAC_DATA_LOSS);
  if (bytes[sizeof kMark - 1] != kMark[sizeof kMark - 1])
    throw Error(std::string("the checkpoint is of version ") + bytes[sizeof kMark - 1] +
                    ", this program reads version " + kMark[sizeof kMark - 1],
                NAC_DATA_LOSS);
  const std::size_t end = bytes.size() - sizeof(uint64_t);
  uint64_t stored = 0;
  std::memcpy(&stored, bytes.data() + end, sizeof stored);
  if (stored != digest(bytes.data(), end)) throw Error("the checkpoint is damaged", NAC_DATA_LOSS);
  Reader in(bytes, sizeof kMark, end);
  Checkpoint c;
  c.engine = in.text();
  c.seed = in.number<uint64_t>();
  for (int *v : {&c.planned, &c.epochs, &c.best_epoch}) *v = in.number<int32_t>();
  for (double *v : {&c.best, &c.best_loss}) *v = in.number<double>();
  c.metrics = in.numbers<double>();
  for (auto left = in.number<uint64_t>(); left > 0; --left) c.history.push_back(read_epoch(in));
  c.schedule.rate = in.number<double>();
  c.schedule.best = in.number<double>();
  c.schedule.bad_epochs = in.number<int32_t>();
  c.steps = in.number<int64_t>();
  for (auto left = in.number<uint64_t>(); left > 0; --left) {
    std::string name = in.text();
    c.arrays[std::move(name)] = in.numbers<float>();
  }
  if (!in.at_end()) throw Error("the checkpoint has bytes after its end", NAC_DATA_LOSS);
  return c;
}

}  // namespace

std::string engine_of_checkpoint(const std::string &bytes) { return parse(bytes).engine; }

const std::vector<float> &Checkpoint::array(const std::string &name, std::size_t count) const {
  const auto at = arrays.find(name);
  if (at == arrays.end() || at->second.size() != count)
    throw Error("the checkpoint is of another network: '" + name + "' has " +
                    (at == arrays.end() ? "no" : std::to_string(at->second.size())) + " values, the job needs " +
                    std::to_string(count),
                NAC_DATA_LOSS);
  return at->second;
}

std::string to_bytes(const Checkpoint &c) {
  Writer out;
  out.bytes_.assign(kMark, sizeof kMark);
  out.text(c.engine);
  out.number(c.seed);
  for (const int v : {c.planned, c.epochs, c.best_epoch}) out.number(int32_t{v});
  for (const double v : {c.best, c.best_loss}) out.number(v);
  out.numbers(c.metrics);
  out.number(uint64_t{c.history.size()});
  for (const Epoch &e : c.history) write_epoch(out, e);
  out.number(c.schedule.rate);
  out.number(c.schedule.best);
  out.number(int32_t{c.schedule.bad_epochs});
  out.number(c.steps);
  out.number(uint64_t{c.arrays.size()});
  for (const auto &[name, values] : c.arrays) {
    out.text(name);
    out.numbers(values);
  }
  out.number(digest(out.bytes_.data(), out.bytes_.size()));
  return std::move(out.bytes_);
}

Checkpoint read_checkpoint(const TrainJob &job, const std::string &engine) {
  Checkpoint c = parse(job.checkpoint);
  const auto refuse = [](const std::string &what, const std::string &found, const std::string &wanted) {
    throw Error("the checkpoint is of another training: its " + what + " is " + found + ", the job's is " + wanted,
                NAC_DATA_LOSS);
  };
  if (c.engine != engine) refuse("engine", c.engine, engine);
  if (c.seed != job.seed) refuse("seed", std::to_string(c.seed), std::to_string(job.seed));
  if (c.planned != job.recipe.epochs)
    refuse("number of epochs", std::to_string(c.planned), std::to_string(job.recipe.epochs));
  return c;
}

}  // namespace nac::fw
