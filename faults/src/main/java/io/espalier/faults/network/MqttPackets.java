package io.espalier.faults.network;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts a stream of MQTT bytes into packets, whatever pieces it comes in. Each stream has one of its own. */
final class MqttPackets {
    private static final int PUBLISH = 3;
    private static final int LONGEST_LENGTH = 4;

    private byte[] rest = new byte[0];

    /**
     * One packet, whole.
     *
     * @param topic of a publication; empty for other packets
     */
    record Packet(byte[] bytes, String topic) {
        boolean isChunk() {
            return topic.contains("/chunks/");
        }

        /** The same with the last bit of its last byte turned over. */
        Packet spoilt() {
            byte[] other = bytes.clone();
            other[other.length - 1] ^= 1;
            return new Packet(other, topic);
        }
    }

    /** The packets that are whole with these bytes. */
    List<Packet> take(byte[] bytes, int length) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(rest);
        all.write(bytes, 0, length);
        byte[] stream = all.toByteArray();
        List<Packet> packets = new ArrayList<>();
        int at = 0;
        while (true) {
            int end = end(stream, at);
            if (end < 0 || end > stream.length) {
                break;
            }
            packets.add(packet(Arrays.copyOfRange(stream, at, end)));
            at = end;
        }
        rest = Arrays.copyOfRange(stream, at, stream.length);
        return packets;
    }

    /** Where the packet ends that begins here; negative where that is not known yet. */
    private static int end(byte[] stream, int at) {
        int length = 0;
        for (int i = 0; i < LONGEST_LENGTH; i++) {
            int position = at + 1 + i;
            if (position >= stream.length) {
                return -1;
            }
            length |= (stream[position] & 0x7f) << (7 * i);
            if ((stream[position] & 0x80) == 0) {
                return position + 1 + length;
            }
        }
        throw new IllegalStateException("Not a stream of MQTT packets");
    }

    private static Packet packet(byte[] bytes) {
        if ((bytes[0] & 0xff) >> 4 != PUBLISH) {
            return new Packet(bytes, "");
        }
        int at = 1;
        while ((bytes[at] & 0x80) != 0) {
            at++;
        }
        int length = (bytes[at + 1] & 0xff) << 8 | bytes[at + 2] & 0xff;
        return new Packet(bytes, new String(bytes, at + 3, length, StandardCharsets.UTF_8));
    }
}
