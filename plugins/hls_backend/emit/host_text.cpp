// SPDX-License-Identifier: Apache-2.0
//
// The programs around the firmware. C++11, which is what the vendor's simulators accept.
#include "hls_backend/emit/host_text.hpp"

#include "hls_backend/emit/common.hpp"

namespace nac::hls {
namespace {

std::string sizes(const std::string &name, const std::vector<port> &ports) {
  std::vector<int64_t> values;
  for (const port &p : ports) values.push_back(p.size);
  return integer_array("unsigned", name, values);
}

std::string total(const std::vector<port> &ports) {
  int64_t sum = 0;
  for (const port &p : ports) sum += p.size;
  return std::to_string(sum);
}

const char *const kReader = R"(
/// The numbers of one line.
template <class T>
bool read_line(std::ifstream &file, T (*convert)(const char *, char **), std::vector<T> &numbers, std::string &line) {
  numbers.clear();
  if (!std::getline(file, line)) return false;
  const char *at = line.c_str();
  for (char *end = 0;; at = end) {
    const T value = convert(at, &end);
    if (end == at) break;
    numbers.push_back(value);
  }
  while (*at == ' ' || *at == '\t' || *at == '\r') at++;
  if (*at != '\0') numbers.clear();  // what is left is no number: the count will not be right
  return true;
}

float real(const char *text, char **end) { return std::strtof(text, end); }
long long integer(const char *text, char **end) { return std::strtoll(text, end, 10); }

/// Compares integers: values are n * 2^-fraction, and n is what the file holds.
struct comparison {
  const std::vector<long long> &expected;
  unsigned long long vector, differences;
  void operator()(unsigned output, unsigned element, long long n) {
    unsigned at = element;
    for (unsigned i = 0; i < output; i++) at += output_sizes[i];
    if (n == expected[at]) return;
    if (differences++ == 0)
      std::cout << "vector " << vector << ", output " << output << ", element " << element << ": " << n
                << " instead of " << expected[at] << std::endl;
  }
  template <class VALUE>
  void operator()(unsigned output, unsigned element, const VALUE &value) {
    (*this)(output, element, static_cast<long long>(nac::integer_of(value).to_int64()));
  }
};

int fail(const std::string &message) {
  std::cout << "ERROR: " << message << std::endl;
  return 1;
}

)";

const char *const kMain = R"(
int compare() {
  std::ifstream features("tb_data/tb_input_features.dat"), predictions("tb_data/tb_output_predictions.dat");
  if (!features) return fail("tb_data/tb_input_features.dat cannot be read");
  if (!predictions) return fail("tb_data/tb_output_predictions.dat cannot be read");
  std::vector<float> values;
  std::vector<long long> expected;
  std::string line;
  unsigned long long vectors = 0, different = 0;
  while (read_line(features, real, values, line)) {
    const std::string place = " " + std::to_string(vectors + 1);
    if (values.size() != inputs_of_a_line)
      return fail("line" + place + " of tb_input_features.dat does not hold " + std::to_string(inputs_of_a_line) +
                  " numbers");
    if (!read_line(predictions, integer, expected, line) || expected.size() != outputs_of_a_line)
      return fail("line" + place + " of tb_output_predictions.dat does not hold " +
                  std::to_string(outputs_of_a_line) + " integers");
    const float *in[sizeof input_sizes / sizeof input_sizes[0]];
    unsigned at = 0;
    for (unsigned i = 0; i < sizeof in / sizeof in[0]; i++) {
      in[i] = &values[at];
      at += input_sizes[i];
    }
    sample one;
    one.put(in);
    one.run();
    comparison result = {expected, vectors, 0};
    if (different > 0) result.differences = 1;  // only the first is shown
    const unsigned long long before = result.differences;
    one.take(result);
    if (result.differences != before) different++;
    vectors++;
  }
  if (std::getline(predictions, line)) return fail("tb_output_predictions.dat has more lines than there are vectors");
  if (vectors == 0) return fail("tb_input_features.dat has no vectors");
  std::cout << vectors << " vectors, " << different << " with differences" << std::endl;
  return different == 0 ? 0 : 1;
}

}  // namespace

int main() {
  try {
    return compare();
  } catch (const std::exception &problem) {
    return fail(problem.what());
  }
}
)";

const char *const kBridge = R"(
/// Values as doubles, rows one after the other.
struct collection {
  double *const *outputs;
  unsigned long long row;
  template <class VALUE>
  void operator()(unsigned output, unsigned element, const VALUE &value) {
    outputs[output][row * output_sizes[output] + element] = value.to_double();
  }
};

}  // namespace

extern "C" int nac_simulate(const float *const *inputs, double *const *outputs, unsigned long long rows) {
  try {
    for (unsigned long long row = 0; row < rows; row++) {
      const float *in[sizeof input_sizes / sizeof input_sizes[0]];
      for (unsigned i = 0; i < sizeof in / sizeof in[0]; i++) in[i] = inputs[i] + row * input_sizes[i];
      sample one;
      one.put(in);
      one.run();
      collection results = {outputs, row};
      one.take(results);
    }
    return 0;
  } catch (...) {
    return 1;
  }
}
)";

}  // namespace

std::string testbench_text(const model &m, const design &d) {
  return "// Runs the vectors of tb_data and compares with the integers that they must give. Exit status 1: they "
         "differ, or\n"
         "// there is nothing to compare.\n"
         "#include <cfloat>\n#include <cstdlib>\n#include <exception>\n#include <fstream>\n#include <iostream>\n"
         "#include <string>\n#include <vector>\n\n#include \"firmware/" +
         m.how.project + ".h\"\n#include \"firmware/nac_utils/nac_pointwise.h\"\n\nnamespace {\n\n" +
         sizes("input_sizes", d.inputs) + sizes("output_sizes", d.outputs) +
         "const unsigned inputs_of_a_line = " + total(d.inputs) + ", outputs_of_a_line = " + total(d.outputs) +
         ";\n\n" + sample_struct(m, d) + kReader + kMain;
}

std::string bridge_text(const model &m, const design &d) {
  return "// The firmware as a function of a shared library: floats in, values as doubles out. 0: done.\n"
         "#include <cfloat>\n\n#include \"firmware/" +
         m.how.project + ".h\"\n\nnamespace {\n\n" + sizes("input_sizes", d.inputs) + sizes("output_sizes", d.outputs) +
         "\n" + sample_struct(m, d) + kBridge;
}

}  // namespace nac::hls
