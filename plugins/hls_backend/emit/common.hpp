// SPDX-License-Identifier: Apache-2.0
//
// common.hpp: text that both generators write: names, types, constants, and the parts of a layer's struct in
// parameters.h that its kernels of either kind call.
#pragma once
#include <string>
#include <vector>

#include "hls_backend/emit/design.hpp"

namespace nac::hls {

// ---- names ----
/// For a comment on one line: anything but printable ASCII becomes '?', and nothing in it ends a line or a comment.
std::string comment_text(const std::string &text);
/// "layer4", "config4"
std::string numbered(const char *what, const layer &l);
/// Type of a tensor's elements: "input_t", "input2_t", "layer4_t".
std::string element_type(const model &m, int tensor);
/// "result_t", "result2_t" of output i, "x", "x2" of input i, "y", "y2" of output i.
std::string result_type(std::size_t output);
std::string input_name(std::size_t input);
std::string output_name(std::size_t output);
/// The layer's sum, or what else its operation gives: "layer4_accum_t". Its type is sum_type().
std::string sum_type_name(const layer &l);
/// accumulator with the point where it is before it moves by point_shift.
fixed_type sum_type(const layer &l);
bool has_matrix(const layer &l);

// ---- defines.h ----
/// All sizes and types: N_LAYER_4, input_t, layer4_t, layer4_accum_t, w4_t, b4_t, result_t.
std::string type_definitions(const model &m);

// ---- constants ----
/// A double that reads back as n * 2^-fraction, for |n| < 2^53.
std::string number_text(int64_t n, int fraction);
/// "static const TYPE NAME[N] = {...};", values of `type` whose name is `type_name`.
std::string constant_array(const std::string &type_name, const fixed_type &type, const std::string &name,
                           const std::vector<int64_t> &values);
/// The same of plain integers: "static const unsigned NAME[N] = {...};".
std::string integer_array(const std::string &type_name, const std::string &name, const std::vector<int64_t> &values);
/// firmware/weights/NAME.h around `text`.
file constant_header(const std::string &name, const std::string &text);
/// w4.h and b4.h in the order that multiply() reads them ([n_in][n_out], for strategy resource [n_out][n_in]), w4.txt,
/// b4.txt, and table4.h of tables. Strategy distributed_arithmetic: the .txt alone.
std::vector<file> constant_files(const layer &l);
/// The lines of parameters.h that include these headers.
std::string constant_includes(const layer &l);

// ---- parameters.h ----
/// "  static const unsigned NAME = VALUE;\n"
std::string member(const std::string &name, int64_t value);
/// What stands before the layer's struct: with strategy distributed_arithmetic the function of shifts and adds.
std::string before_config(const model &m, const layer &l);
/// Members of the layer's struct, whose name is numbered("config", l):
///   typedef ... accum_t;
///   static layer4_t finish(const T &x): the steps; T is accum_t, of a table or pointwise layer what the layer reads.
///     A table is looked up.
/// and with a matrix n_in, n_out, reuse_factor, multiplier_limit, weight_t, bias_t and
///   static void multiply(const IN x[n_in], accum_t sums[n_out])
std::string common_members(const model &m, const layer &l);

/// What `finish` takes.
std::string finished_type(const model &m, const layer &l);

}  // namespace nac::hls
