"""Jupyter's own tests of a kernel (PyPI: jupyter_kernel_test), run on the lab's by test/kernel/kernelSuite.test.ts."""

import unittest

import jupyter_kernel_test


class SmitinLabKernel(jupyter_kernel_test.KernelTests):
    kernel_name = "smitin-lab"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('aside')"
    completion_samples = [{"text": "Math.sqr", "matches": {"sqrt", "SQRT2", "SQRT1_2"}}, {"text": "'a'.lengt", "matches": {"length"}}]
    complete_code_samples = ["1", "console.log('hello')", "const f = (x: number) => x + 1", "await Promise.resolve(1)"]
    incomplete_code_samples = ["for (const x of [1]) {", "console.log('hello'", "const text = `open", "/* open"]
    invalid_code_samples = ["const const = 1", "let x = )"]
    code_generate_error = "throw new Error('on purpose')"
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "'text'", "result": "text"},
        {"code": "[1, 2].map((x) => 2 * x)", "result": "[ 2, 4 ]"},
    ]
    code_display_data = [
        {"code": "import * as tslab from 'tslab';\ntslab.display.html('<b>bold</b>')", "mime": "text/html"},
        {"code": "tslab.display.png(new Uint8Array([137]))", "mime": "image/png"},
    ]
    code_history_pattern = "6 ?*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Math.sqrt"


if __name__ == "__main__":
    unittest.main()
