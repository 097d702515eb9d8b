"""Sound files of all kinds that libsndfile writes, into a folder, and what libsndfile reads of them and of others there.

libsndfile.py make FOLDER: writes the files.
libsndfile.py read FOLDER: a line of JSON for each file: its frames, rate and some samples of the mean of its channels.
"""
import json, os, sys
import numpy as np
import soundfile as sf

KINDS = [("WAV", "wav", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW"]),
         ("WAVEX", "wav", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"]),
         ("RF64", "wav", ["PCM_16", "PCM_24", "FLOAT"]),
         ("AIFF", "aiff", ["PCM_S8", "PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW"]),
         ("FLAC", "flac", ["PCM_S8", "PCM_16", "PCM_24"]),
         ("OGG", "ogg", ["VORBIS", "OPUS"]),
         ("MP3", "mp3", ["MPEG_LAYER_III"])]
ENDS = {("WAV", "PCM_16"): ["BIG"], ("WAV", "FLOAT"): ["BIG"], ("WAV", "PCM_24"): ["BIG"], ("AIFF", "PCM_16"): ["LITTLE"], ("AIFF", "PCM_24"): ["LITTLE"]}


def make(folder):
    for form, ending, subtypes in KINDS:
        for subtype in subtypes:
            for end in ["FILE", *ENDS.get((form, subtype), [])]:
                for channels in [1, 2] if form == "MP3" else [1, 2, 5]:
                    for rate in [48000] if subtype == "OPUS" else [44100, 16000]:
                        for frames in [1, 999, 20000]:
                            t = np.arange(frames)[:, None] / rate
                            sound = .3 * np.sin(2 * np.pi * (300 + 70 * np.arange(channels)) * t)
                            name = f"{form}-{subtype}-{end}-{channels}-{rate}-{frames}.{ending}"
                            sf.write(os.path.join(folder, name), sound, rate, subtype, end, form)


def read(folder):
    for name in sorted(os.listdir(folder)):
        try:
            sound, rate = sf.read(os.path.join(folder, name), always_2d=True)
        except Exception as error:
            print(json.dumps({"name": name, "error": str(error)}))
            continue
        mono = sound.mean(1)
        at = [i * (len(mono) - 1) // 16 for i in range(17)] if len(mono) else []
        print(json.dumps({"name": name, "frames": len(mono), "rate": rate, "samples": [float(mono[i]) for i in at]}))


{"make": make, "read": read}[sys.argv[1]](sys.argv[2])
