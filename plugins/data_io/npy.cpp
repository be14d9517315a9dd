// SPDX-License-Identifier: Apache-2.0
#include "data_io/npy.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <string_view>
#include <system_error>
#include <type_traits>

#include "nac/cpp/tensor.hpp"

namespace nac::data_io {
static_assert(std::endian::native == std::endian::little, "the readers copy little-endian numbers as they are");

namespace {

[[noreturn]] void damaged(const std::string &what, const std::string &why) {
  throw failure(NAC_DATA_LOSS, what + " is no valid .npy array: " + why);
}

/// The header is a Python dictionary literal with three keys; this reads just that.
class dictionary {
 public:
  dictionary(std::string_view text, const std::string &what) : text_(text), what_(what) {}

  bool accept(char c) {
    skip();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!accept(c))
      damaged(what_, std::string("expected '") + c + "' at byte " + std::to_string(at_) + " of its header");
  }
  std::string quoted() {
    skip();
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    if (quote != '\'' && quote != '"')
      damaged(what_, "expected a string at byte " + std::to_string(at_) + " of its header");
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) damaged(what_, "a string in its header has no end");
    std::string value(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return value;
  }
  std::string word() {
    skip();
    std::string value;
    while (at_ < text_.size() && std::isalpha(static_cast<unsigned char>(text_[at_]))) value += text_[at_++];
    return value;
  }
  int64_t integer() {
    skip();
    const std::size_t first = at_;
    int64_t value = 0;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') {
      if (value > (int64_t{1} << 58)) damaged(what_, "a dimension in its header is too large");
      value = value * 10 + (text_[at_++] - '0');
    }
    if (at_ == first) damaged(what_, "expected a dimension at byte " + std::to_string(at_) + " of its header");
    return value;
  }

 private:
  void skip() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) ++at_;
  }
  std::string_view text_;
  const std::string &what_;
  std::size_t at_ = 0;
};

element parse_descr(const std::string &descr, const std::string &what) {
  static const struct {
    const char *code;
    element type;
  } known[] = {{"b1", element::boolean}, {"u1", element::u1}, {"u2", element::u2}, {"u4", element::u4},
               {"u8", element::u8},      {"i1", element::i1}, {"i2", element::i2}, {"i4", element::i4},
               {"i8", element::i8},      {"f2", element::f2}, {"f4", element::f4}, {"f8", element::f8}};
  if (!descr.empty() && descr[0] == '>')
    throw failure(NAC_UNSUPPORTED, what + " is big endian ('" + descr + "'); save it as little endian");
  if (!descr.empty() && (descr[0] == '<' || descr[0] == '|' || descr[0] == '='))
    for (const auto &k : known)
      if (descr.compare(1, std::string::npos, k.code) == 0) return k.type;
  throw failure(NAC_UNSUPPORTED, what + " has the element type '" + descr +
                                     "'; accepted are bool, u1, u2, u4, u8, i1, i2, i4, i8, f2, f4, f8");
}

template <class T, class F>
void convert(const unsigned char *data, uint64_t count, std::vector<T> &out, F &&one) {
  out.resize(count);
  for (uint64_t i = 0; i < count; ++i) out[i] = one(data, i);
}

template <class From>
From load(const unsigned char *data, uint64_t i) {
  From v;
  std::memcpy(&v, data + i * sizeof(From), sizeof(From));
  return v;
}

template <class T, class From>
T narrow(From v, const std::string &what) {
  if constexpr (std::is_floating_point_v<T>) {
    return static_cast<T>(v);
  } else if constexpr (std::is_floating_point_v<From>) {
    invalid(what + " has floating-point elements where integers are needed");
  } else {
    if (!std::in_range<T>(v))
      invalid(what + " has the value " + std::to_string(v) + ", which is outside " +
              std::to_string(std::numeric_limits<T>::min()) + " ... " + std::to_string(std::numeric_limits<T>::max()));
    return static_cast<T>(v);
  }
}

template <class From, class T>
void convert_from(const npy_array &a, std::vector<T> &out) {
  convert(a.data(), a.count(), out,
          [&](const unsigned char *data, uint64_t i) { return narrow<T>(load<From>(data, i), a.what()); });
}

}  // namespace

const char *name_of(element type) {
  static const char *const names[] = {"bool", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8"};
  return names[static_cast<std::size_t>(type)];
}

std::size_t size_of(element type) {
  static const std::size_t sizes[] = {1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 4, 8};
  return sizes[static_cast<std::size_t>(type)];
}

uint64_t npy_header::count() const {
  uint64_t n = 1;
  for (const int64_t d : shape) n *= static_cast<uint64_t>(d);
  return n;
}

npy_header parse_npy_header(const unsigned char *bytes, std::size_t size, const std::string &what) {
  if (size < 10 || std::memcmp(bytes, "\x93NUMPY", 6) != 0) damaged(what, "it does not start with the .npy signature");
  const int major = bytes[6];
  if (major < 1 || major > 3)
    throw failure(NAC_UNSUPPORTED, what + " has .npy version " + std::to_string(major) + "; versions 1 to 3 are known");
  const std::size_t start = major == 1 ? 10 : 12;
  if (size < start) damaged(what, "its header is cut off");
  uint64_t length = bytes[8] | static_cast<uint64_t>(bytes[9]) << 8;
  if (major > 1) length |= static_cast<uint64_t>(bytes[10]) << 16 | static_cast<uint64_t>(bytes[11]) << 24;
  if (length > size - start)
    damaged(what,
            "its header claims " + std::to_string(length) + " bytes, " + std::to_string(size - start) + " are there");

  npy_header header;
  header.offset = start + length;
  dictionary d({reinterpret_cast<const char *>(bytes) + start, static_cast<std::size_t>(length)}, what);
  bool has_descr = false, has_order = false, has_shape = false;
  d.expect('{');
  while (!d.accept('}')) {
    const std::string key = d.quoted();
    d.expect(':');
    if (key == "descr" && !has_descr) {
      if (d.accept('[')) throw failure(NAC_UNSUPPORTED, what + " holds records; plain numbers are accepted");
      header.type = parse_descr(d.quoted(), what);
      has_descr = true;
    } else if (key == "fortran_order" && !has_order) {
      const std::string word = d.word();
      if (word == "True")
        throw failure(NAC_UNSUPPORTED, what + " is in Fortran order; save it with numpy.ascontiguousarray");
      if (word != "False") damaged(what, "fortran_order is neither True nor False");
      has_order = true;
    } else if (key == "shape" && !has_shape) {
      d.expect('(');
      while (!d.accept(')')) {
        header.shape.push_back(d.integer());
        if (!d.accept(',')) {
          d.expect(')');
          break;
        }
      }
      has_shape = true;
    } else {
      damaged(what, "unexpected key '" + key + "' in its header");
    }
    if (!d.accept(',')) {
      d.expect('}');
      break;
    }
  }
  if (!has_descr || !has_order || !has_shape) damaged(what, "descr, fortran_order or shape is missing in its header");
  if (header.shape.size() > 8) throw failure(NAC_UNSUPPORTED, what + " has more than 8 dimensions");
  uint64_t count = 1;
  for (const int64_t n : header.shape) {
    if (n != 0 && count > (uint64_t{1} << 58) / static_cast<uint64_t>(n)) damaged(what, "its shape overflows");
    count *= static_cast<uint64_t>(n);
  }
  return header;
}

npy_array::npy_array(std::vector<unsigned char> file, const std::string &what) : file_(std::move(file)), what_(what) {
  header_ = parse_npy_header(file_.data(), file_.size(), what_);
  const uint64_t wanted = header_.count() * size_of(header_.type);
  const uint64_t there = file_.size() - header_.offset;
  if (wanted != there)
    damaged(what_, "shape " + shape_text(header_.shape) + " of " + name_of(header_.type) + " needs " +
                       std::to_string(wanted) + " bytes, " + std::to_string(there) + " are there");
}

template <class T>
std::vector<T> npy_array::as() const {
  std::vector<T> out;
  switch (type()) {
    case element::boolean:
    case element::u1: convert_from<uint8_t>(*this, out); break;
    case element::u2: convert_from<uint16_t>(*this, out); break;
    case element::u4: convert_from<uint32_t>(*this, out); break;
    case element::u8: convert_from<uint64_t>(*this, out); break;
    case element::i1: convert_from<int8_t>(*this, out); break;
    case element::i2: convert_from<int16_t>(*this, out); break;
    case element::i4: convert_from<int32_t>(*this, out); break;
    case element::i8: convert_from<int64_t>(*this, out); break;
    case element::f2:
      convert(data(), count(), out, [&](const unsigned char *p, uint64_t i) {
        return narrow<T>(half_to_float(load<uint16_t>(p, i)), what_);
      });
      break;
    case element::f4: convert_from<float>(*this, out); break;
    case element::f8: convert_from<double>(*this, out); break;
  }
  return out;
}

template std::vector<float> npy_array::as<float>() const;
template std::vector<double> npy_array::as<double>() const;
template std::vector<int64_t> npy_array::as<int64_t>() const;
template std::vector<int32_t> npy_array::as<int32_t>() const;
template std::vector<uint16_t> npy_array::as<uint16_t>() const;
template std::vector<uint8_t> npy_array::as<uint8_t>() const;

void npy_array::expect_shape(const std::vector<int64_t> &wanted) const {
  bool same = wanted.size() == shape().size();
  for (std::size_t i = 0; same && i < wanted.size(); ++i) same = wanted[i] == -1 || wanted[i] == shape()[i];
  if (!same) invalid(what_ + " has shape " + shape_text(shape()) + "; needed is " + shape_text(wanted) + " (-1: any)");
}

npy_array read_npy(const std::filesystem::path &path) {
  const std::string what = "'" + path.string() + "'";
  std::ifstream in(path, std::ios::binary);
  if (!in) throw failure(NAC_NOT_FOUND, what + " cannot be opened: " + std::generic_category().message(errno));
  std::vector<unsigned char> bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (in.bad()) throw failure(NAC_DATA_LOSS, what + " cannot be read");
  return npy_array(std::move(bytes), what);
}

std::string shape_text(const std::vector<int64_t> &shape) {
  std::string text = "(";
  for (const int64_t d : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(d);
  return text + ")";
}

float half_to_float(uint16_t bits) {
  const int exponent = bits >> 10 & 31;
  const int mantissa = bits & 1023;
  float magnitude = 0;
  if (exponent == 31)
    magnitude = mantissa == 0 ? std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN();
  else if (exponent == 0)
    magnitude = std::ldexp(static_cast<float>(mantissa), -24);
  else
    magnitude = std::ldexp(static_cast<float>(mantissa + 1024), exponent - 25);
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

}  // namespace nac::data_io
