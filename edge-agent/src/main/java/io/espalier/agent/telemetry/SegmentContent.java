package io.espalier.agent.telemetry;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the bytes of a segment hold.
 *
 * @param records those that are whole
 * @param gaps sequences between them for which there are no bytes: they were never written
 * @param endBytes where the last whole record ends
 * @param lastSequence of the last record that was written, whole or not, as far as the bytes tell
 */
record SegmentContent(List<SpoolRecord> records, List<Long> gaps, int endBytes, long lastSequence) {

    /**
     * Behind damaged bytes the next whole record is looked for at every offset: the damage may be in a length.
     *
     * <p><i>Cost:</i> linear in the bytes where nothing is damaged; a checksum is computed only where a header makes sense.
     */
    static SegmentContent of(ByteBuffer bytes, long firstSequence) {
        List<SpoolRecord> records = new ArrayList<>();
        List<Long> gaps = new ArrayList<>();
        long expected = firstSequence;
        int end = 0;
        for (int at = 0; at < bytes.limit(); at++) {
            OptionalLong sequence = SpoolRecord.sequenceAt(bytes, at);
            if (sequence.isEmpty() || sequence.getAsLong() < expected) {
                continue;
            }
            Optional<SpoolRecord> record = SpoolRecord.at(bytes, at);
            if (record.isPresent()) {
                for (long gap = expected; at == end && gap < sequence.getAsLong(); gap++) {
                    gaps.add(gap);
                }
                records.add(record.get());
                expected = sequence.getAsLong() + 1;
                end = at + record.get().framed().length;
                at = end - 1;
            }
        }
        return new SegmentContent(records, gaps, end, expected - 1 + damagedAtTheEnd(bytes, end, records, expected));
    }

    /**
     * At least one record where any bytes are left; as many as the headers in them name, as long as they are of the epoch of the
     * record before, since a header that is read at the wrong offset names anything.
     */
    private static long damagedAtTheEnd(ByteBuffer bytes, int end, List<SpoolRecord> before, long expected) {
        int left = bytes.limit() - end;
        if (left == 0) {
            return 0;
        }
        long epoch = before.isEmpty()
                ? SpoolRecord.epochAt(bytes, end)
                : before.get(before.size() - 1).epoch();
        long most = SpoolRecord.mostIn(left);
        long last = expected;
        for (int at = end + 1; at < bytes.limit(); at++) {
            long named = SpoolRecord.sequenceAt(bytes, at).orElse(0);
            if (named > last && named < expected + most && SpoolRecord.epochAt(bytes, at) == epoch) {
                last = named;
            }
        }
        return last - expected + 1;
    }
}
