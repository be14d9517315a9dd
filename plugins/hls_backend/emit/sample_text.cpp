// SPDX-License-Identifier: Apache-2.0
//
// How a C++ program calls the top function.
#include "hls_backend/emit/common.hpp"
#include "hls_backend/emit/host_text.hpp"

namespace nac::hls {
namespace {

std::string number(int64_t n) { return std::to_string(n); }

bool is_stream(const model &m) { return m.how.io == io_type::stream; }

std::string stream_type(const port &p) { return "hls::stream<nac::array<" + p.type + ", " + number(p.word) + "> >"; }

/// "order_x[at]", or "at" where elements come in the tensor's order.
std::string place(const port &p, const std::string &at) {
  for (std::size_t i = 0; i < p.order.size(); ++i)
    if (p.order[i] != static_cast<int64_t>(i)) return "order_" + p.name + "[" + at + "]";
  return at;
}

std::string order_array(const port &p) {
  return place(p, "") == "" ? "" : integer_array("unsigned", "order_" + p.name, p.order);
}

std::string loop(const std::string &i, int64_t count, const std::string &body) {
  return "for (unsigned " + i + " = 0; " + i + " < " + number(count) + "; " + i + "++) " + body;
}

std::string put_text(const model &m, const port &p, std::size_t input) {
  const std::string source = "in[" + std::to_string(input) + "]";
  if (!is_stream(m)) return "    " + loop("i", p.size, p.name + "[i] = plain(" + source + "[i]);\n");
  return "    " +
         loop("w", p.size / p.word,
              "{\n      nac::array<" + p.type + ", " + number(p.word) + "> word;\n      " +
                  loop("i", p.word,
                       "word[i] = plain(" + source + "[" + place(p, "w * " + number(p.word) + " + i") + "]);\n") +
                  "      " + p.name + ".write(word);\n    }\n");
}

std::string take_text(const model &m, const port &p, std::size_t output) {
  const std::string to = "to(" + std::to_string(output) + ", ";
  if (!is_stream(m)) return "    " + loop("i", p.size, to + "i, " + p.name + "[i]);\n");
  return "    " +
         loop("w", p.size / p.word,
              "{\n      const nac::array<" + p.type + ", " + number(p.word) + "> word = " + p.name +
                  ".read();\n      " +
                  loop("i", p.word, to + place(p, "w * " + number(p.word) + " + i") + ", word[i]);\n") + "    }\n");
}

}  // namespace

std::string signature(const model &m, const design &d) {
  std::string arguments;
  const auto add = [&](const port &p) {
    arguments += arguments.empty() ? "" : ", ";
    arguments += is_stream(m) ? stream_type(p) + " &" + p.name : p.type + " " + p.name + "[" + number(p.size) + "]";
  };
  for (const port &p : d.inputs) add(p);
  for (const port &p : d.outputs) add(p);
  return "void " + m.how.project + "(" + arguments + ")";
}

std::string sample_struct(const model &m, const design &d) {
  std::string orders, members, put, take, arguments;
  const auto add = [&](const port &p) {
    if (is_stream(m)) orders += order_array(p);
    members += "  " +
               (is_stream(m) ? stream_type(p) + " " + p.name : p.type + " " + p.name + "[" + number(p.size) + "]") +
               ";\n";
    arguments += (arguments.empty() ? "" : ", ") + p.name;
  };
  for (std::size_t i = 0; i < d.inputs.size(); ++i) {
    add(d.inputs[i]);
    put += put_text(m, d.inputs[i], i);
  }
  for (std::size_t i = 0; i < d.outputs.size(); ++i) {
    add(d.outputs[i]);
    take += take_text(m, d.outputs[i], i);
  }
  return orders +
         "/// A subnormal input counts as 0.\n"
         "double plain(float x) { return x > -FLT_MIN && x < FLT_MIN ? 0.0 : double(x); }\n\n"
         "/// The arguments for one sample.\nstruct sample {\n" +
         members + "\n  void put(const float *const *in) {\n" + put + "  }\n  void run() { " + m.how.project + "(" +
         arguments + "); }\n  template <class TAKE>\n  void take(TAKE &to) {\n" + take + "  }\n};\n";
}

}  // namespace nac::hls
