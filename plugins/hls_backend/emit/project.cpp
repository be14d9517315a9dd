// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/emit/project.hpp"

#include <charconv>
#include <cmath>

#include "hls_backend/emit/common.hpp"
#include "hls_backend/emit/embedded.hpp"
#include "hls_backend/emit/host_text.hpp"

namespace nac::hls {
namespace {

std::string guarded(const std::string &guard, const std::string &text) {
  return "#ifndef " + guard + "\n#define " + guard + "\n\n" + text + "\n#endif\n";
}

void add_firmware(const model &m, const design &d, std::vector<file> &files) {
  const std::string &name = m.how.project;
  const bool stream = m.how.io == io_type::stream;
  const std::string types = std::string("#include \"ap_fixed.h\"\n#include \"ap_int.h\"\n") +
                            (stream ? "#include \"hls_stream.h\"\n#include \"nac_utils/nac_array.h\"\n" : "");
  files.push_back({"firmware/defines.h", guarded("DEFINES_H_", types + "\n" + d.defines)});
  files.push_back({"firmware/parameters.h", guarded("PARAMETERS_H_", "#include \"defines.h\"\n" + d.parameters)});
  files.push_back(
      {"firmware/" + name + ".h", guarded("NAC_TOP_H_", "#include \"defines.h\"\n\n" + signature(m, d) + ";\n")});
  files.push_back(
      {"firmware/" + name + ".cpp", "#include \"" + name + ".h\"\n\n#include \"parameters.h\"\n\n" + d.function});
  files.insert(files.end(), d.weights.begin(), d.weights.end());
}

template <class Number>
void append(std::string &line, Number x) {
  char text[64];
  if (!line.empty()) line += ' ';
  line.append(text, std::to_chars(text, text + sizeof text, x).ptr);
}

}  // namespace

std::vector<file> project_files(const model &m) {
  const design d = m.how.io == io_type::stream ? stream_design(m) : parallel_design(m);
  std::vector<file> files;
  add_firmware(m, d, files);
  files.insert(files.end(), embedded_files().begin(), embedded_files().end());
  files.push_back({m.how.project + "_test.cpp", testbench_text(m, d)});
  files.push_back({m.how.project + "_bridge.cpp", bridge_text(m, d)});
  for (file &f : script_files(m)) files.push_back(std::move(f));
  files.push_back(proof_file(m));
  return files;
}

std::vector<file> testbench_files(const model &m, const std::vector<std::vector<float>> &inputs,
                                  const std::vector<std::vector<double>> &expected, int64_t rows) {
  const auto tensor_of = [&](int t) -> const tensor & { return m.tensors[static_cast<std::size_t>(t)]; };
  std::string features, predictions;
  for (int64_t row = 0; row < rows; ++row) {
    std::string line;
    for (std::size_t i = 0; i < m.inputs.size(); ++i) {
      const int64_t size = tensor_of(m.inputs[i]).size;
      for (int64_t e = row * size; e < (row + 1) * size; ++e) append(line, inputs[i][static_cast<std::size_t>(e)]);
    }
    features += line + "\n";
    line.clear();
    for (std::size_t i = 0; i < m.outputs.size(); ++i) {
      const tensor &t = tensor_of(m.outputs[i]);
      for (int64_t e = row * t.size; e < (row + 1) * t.size; ++e)
        append(line, static_cast<int64_t>(std::ldexp(expected[i][static_cast<std::size_t>(e)], t.type.fraction())));
    }
    predictions += line + "\n";
  }
  return {{"tb_data/tb_input_features.dat", std::move(features)},
          {"tb_data/tb_output_predictions.dat", std::move(predictions)}};
}

}  // namespace nac::hls
