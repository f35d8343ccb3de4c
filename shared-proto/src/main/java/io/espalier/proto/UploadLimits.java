package io.espalier.proto;

/** How large telemetry may be on its way off a device. An upload fits where a broker takes 128 kB a message, as hosted ones do. */
public final class UploadLimits {
    /** Of the body of one record. */
    public static final int MOST_RECORD_BYTES = 100 << 10;

    /** Of a whole upload, and more than its largest record with what surrounds it. */
    public static final int MOST_UPLOAD_BYTES = 112 << 10;

    /** Of records in one upload. */
    public static final int MOST_RECORDS = 64;

    private UploadLimits() {}
}
