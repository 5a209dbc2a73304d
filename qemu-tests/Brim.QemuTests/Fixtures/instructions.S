/* Instructions that compiled code rarely has: each line is one, and its mnemonic says its class. */
.syntax unified
.thumb
mul r0, r1, r2
mls r0, r1, r2, r3
smlad r0, r1, r2, r3
smladx r0, r1, r2, r3
smuad r0, r1, r2
smlsd r0, r1, r2, r3
smulbb r0, r1, r2
smlatt r0, r1, r2, r3
smlawb r0, r1, r2, r3
smmul r0, r1, r2
smmlar r0, r1, r2, r3
smmls r0, r1, r2, r3
usada8 r0, r1, r2, r3
smlald r0, r1, r2, r3
smlsldx r0, r1, r2, r3
smlalbt r0, r1, r2, r3
umaal r0, r1, r2, r3
umlal r0, r1, r2, r3
smull r0, r1, r2, r3
sdiv r0, r1, r2
sadd16 r0, r1, r2
sxtab16 r0, r1, r2
uxtb16 r0, r1, ror #8
pkhbt r0, r1, r2
ssat r0, #8, r1
usat16 r0, #8, r1
sel r0, r1, r2
bfi r0, r1, #2, #3
rbit r0, r1
clz r0, r1
movw r0, #1
movt r0, #1
ldrex r0, [r1]
strex r0, r2, [r1]
ldrexb r0, [r1]
lda r0, [r1]
ldrsh r0, [r1, r2, lsl #1]
ldrsb r0, [r1], #1
strh r0, [r1, #2]!
ldrd r0, r1, [r2, #8]
strd r0, r1, [r2], #8
pld [r0]
tbb [pc, r0]
tbh [pc, r0, lsl #1]
dmb
mrs r0, msp
svc 0
vldr s0, [r0]
vstr s0, [r0]
vldr d0, [r0]
vpush {d8, d9}
vldmia r0!, {s0, s1, s2}
vmov r0, s0
vmov r0, r1, d0
vadd.f32 s0, s1, s2
vmul.f32 s0, s1, s2
vmla.f32 s0, s1, s2
vfma.f32 s0, s1, s2
vfnms.f32 s0, s1, s2
vdiv.f32 s0, s1, s2
vsqrt.f32 s0, s1
vcvt.s32.f32 s0, s1
vcmp.f32 s0, s1
vmrs APSR_nzcv, fpscr
vmladav.s8 r0, q1, q2
vmladava.s8 r0, q1, q2
vmladavax.s8 r0, q1, q2
vmladav.u8 r0, q1, q2
vmladav.s16 r0, q1, q2
vmladav.s32 r2, q7, q6
vmlsdav.s8 r0, q1, q2
vmlsdav.s16 r0, q1, q2
vmlaldav.s16 r0, r1, q1, q2
vmlaldava.s32 r0, r1, q1, q2
vrmlaldavh.s32 r0, r1, q1, q2
vaddv.s8 r0, q1
vaddva.s32 r0, q1
vaddlv.s32 r0, r1, q1
vmaxv.s8 r0, q1
vminav.s8 r0, q1
vabav.u8 r0, q1, q2
vmul.i8 q0, q1, q2
vmul.i8 q0, q1, r2
vmla.s8 q0, q1, r2
vmlas.s8 q0, q1, r2
vmulh.s8 q0, q1, q2
vmulh.u16 q0, q1, q2
vmullb.u8 q0, q1, q2
vqdmladhx.s16 q0, q1, q2
vrmulh.s8 q0, q1, q2
vmullb.s8 q0, q1, q2
vmullt.s16 q0, q1, q2
vqdmulh.s32 q0, q1, q2
vqrdmulh.s32 q0, q1, q2
vqrdmulh.s32 q0, q1, r2
vqdmlah.s32 q0, q1, r2
vqrdmladh.s32 q0, q1, q2
vqdmullb.s16 q0, q1, q2
vqdmullb.s16 q0, q1, r2
vadd.i8 q0, q1, q2
vadd.i8 q0, q1, r2
vsub.i32 q0, q1, r2
vhadd.s8 q0, q1, r2
vqadd.s8 q0, q1, r2
vshr.s8 q0, q1, #2
vshl.s8 q0, r1
vrshl.s32 q0, q1
vshlc q0, r1, #3
vmovlb.s8 q0, q1
vmovnb.i16 q0, q1
vqmovnb.s16 q0, q1
vqmovunb.s16 q0, q1
vmax.s8 q0, q1, q2
vmaxa.s8 q0, q1
vcmp.s8 gt, q0, q1
vcmp.s8 gt, q0, r1
vpsel q0, q1, q2
vpnot
vbrsr.8 q0, q1, r2
vidup.u8 q0, r0, #1
viwdup.u8 q0, r0, r1, #1
vcadd.i8 q0, q1, q2, #90
vmvn q0, q1
vand q0, q1, q2
vmov.i8 q0, #3
vneg.s8 q0, q1
vshrnb.i16 q0, q1, #2
vqrshrnb.s16 q0, q1, #2
vsri.8 q0, q1, #2
vmov q0[2], q0[0], r1, r2
vldrb.u8 q0, [r0]
vldrb.u8 q0, [r0], #16
vldrb.s16 q0, [r0]
vldrw.u32 q0, [r0, q1]
vldrw.u32 q0, [q1, #4]
vld20.8 {q0, q1}, [r0]
vld41.8 {q0, q1, q2, q3}, [r0]
vstrb.8 q0, [r0]
vstrw.32 q0, [r0, #16]!
vstrw.32 q0, [r0, q1]
vstrw.32 q0, [q1]
vst20.8 {q0, q1}, [r0]
vqdmulh.s32 q0, q1, r2
vmul.i32 q0, q1, r2
vmla.s32 q0, q1, r2
vadd.i32 q0, q1, r2
vqadd.s16 q0, q0, r4
vrshl.s32 q0, r4
vidup.u32 q3, r6, #1
vdup.16 q5, r8
vqmovnb.s32 q0, q0
vqmovnt.s32 q0, q1
vmax.s16 q0, q0, q5
vmin.s16 q0, q0, q6
vshr.s32 q2, q0, #31
vldrb.u8 q4, [r5, #-48]
vldrb.u8 q0, [r5], #64
vldrb.u8 q0, [r1, q2]
vstrb.16 q0, [r11, q3]
vstrb.32 q0, [r3, q4]
vst43.8 {q0, q1, q2, q3}, [r0]!
vmladav.s8 lr, q1, q4
vmladava.s8 r12, q7, q2
vmsr p0, r2
vmrs r0, p0
vctp.32 r0
vctp.8 r0
wls lr, r1, 1f
2: le lr, 2b
1: dls lr, r0
wlstp.8 lr, r1, 1f
3: letp lr, 3b
1: dlstp.8 lr, r0
csel r0, r1, r2, eq
lsll r0, r1, #3
asrl r0, r1, r2
sqrshr r0, r3
