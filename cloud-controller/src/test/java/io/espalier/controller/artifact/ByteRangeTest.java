package io.espalier.controller.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
    @ParameterizedTest
    @CsvSource({
        "bytes=0-9, 0, 9",
        "bytes=4-4, 4, 4",
        "bytes=90-, 90, 99",
        "bytes=90-1000, 90, 99",
        "bytes=-10, 90, 99",
        "bytes=-1000, 0, 99"
    })
    void isThePartOfTheBodyThatIsThere(String header, long first, long last) throws Exception {
        assertThat(ByteRange.asked(header, 100)).hasValue(new ByteRange(first, last));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes=-",
                "bytes=9-0",
                "bytes=0-1,4-5",
                "lines=0-9",
                "bytes=1234567890123456789-",
                "bytes=a-b"
            })
    void isNoneForAHeaderThatIsToBeIgnored(String header) throws Exception {
        assertThat(ByteRange.asked(header, 100)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=100-", "bytes=100-200", "bytes=-0"})
    void refusesWhatIsBehindTheEnd(String header) {
        assertThatThrownBy(() -> ByteRange.asked(header, 100)).isInstanceOf(ByteRange.UnsatisfiableException.class);
    }

    @Test
    void findsNothingInAnEmptyBody() {
        assertThatThrownBy(() -> ByteRange.asked("bytes=0-", 0)).isInstanceOf(ByteRange.UnsatisfiableException.class);
    }
}
