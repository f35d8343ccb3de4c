package io.espalier.pruning.cli;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A whole number as a person writes it: {@code 200000}, {@code 200k} or {@code 1.5M}, in powers of 1000. */
final class WholeAmount implements ITypeConverter<Long> {
    private static final Pattern FORM = Pattern.compile("\\s*(-?[0-9]{1,19}(?:\\.[0-9]{1,9})?)\\s*([kKMG]?)\\s*");

    @Override
    public Long convert(String text) {
        Matcher matcher = FORM.matcher(text);
        if (matcher.matches()) {
            int zeros = 3
                    * " kMG"
                            .indexOf(
                                    matcher.group(2).isEmpty()
                                            ? " "
                                            : matcher.group(2).replace('K', 'k'));
            try {
                return new BigDecimal(matcher.group(1)).scaleByPowerOfTen(zeros).longValueExact();
            } catch (ArithmeticException e) {
                // Broken or too large: said below.
            }
        }
        throw new TypeConversionException("\"" + text + "\" is not a whole number: write 200000, 200k or 1.5M");
    }
}
